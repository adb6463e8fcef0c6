/** What a restarted step had said counts until the new attempt has said as much, or has called a tool (K12, K13). */
import { type Chunk, currentStepOf, type Draft, isToolPart, textOf } from "../protocol/mod.ts";

/** What a stopped answer has to say before its end, so that nothing is lost. */
export function sayAgain({ message, takenBack }: Draft): Chunk[] {
  const parts = currentStepOf(message);
  const hasCalled = parts.some((part) => isToolPart(part) && part.state !== "input-streaming");
  if (hasCalled || takenBack.length <= textOf({ ...message, parts }).length) return [];
  const id = "kept";
  return [
    { type: "reset-step" },
    { type: "text-start", id },
    { type: "text-delta", id, delta: takenBack },
    { type: "text-end", id },
  ];
}
