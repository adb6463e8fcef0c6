/** Takes back what a step has said and lets it be said anew; should the new attempt end with less, the old counts (K13). */
import type { TurnContext } from "./turn-context.ts";

export async function restartStep(context: TurnContext): Promise<void> {
  const { parts } = context.answer.message();
  // An answer that has not even begun its first step has nothing to take back.
  await context.emit([parts.length > 0 ? { type: "reset-step" } : { type: "start-step" }], null);
}
