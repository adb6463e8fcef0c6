/** `turn.cancel`: stops a turn that runs, waits in line or waits for an approval. Cancelling nothing is not an error. */
import type { Applied, Leading } from "../leading.ts";
import { stopTurn } from "./stop-turn.ts";

/** `turnId` was fixed when the command was first submitted, so that a late repetition never stops another turn (K11). */
export async function cancelTurn(
  leading: Leading,
  { commandId, turnId }: { commandId: string; turnId: string | null },
): Promise<Applied> {
  if (turnId !== null) stopTurn(leading, turnId);
  await leading.writer.write({ acks: [{ commandId, seq: null }] });
  return { seq: null, refusal: null };
}
