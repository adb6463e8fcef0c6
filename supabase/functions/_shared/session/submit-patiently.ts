/** Puts a command on record, also when the database misses a call or two: what a client says next must not overtake it. */
import type { SubmitCommand, SubmittedCommand } from "../store/session-store.ts";
import { isFinalFailure } from "./is-final-failure.ts";
import type { SessionPorts } from "./session-ports.ts";

const RETRY_AFTER_MS = [150, 600];

/** @throws StoreError when the database stays out of reach. */
export async function submitPatiently(
  { store, clock }: Pick<SessionPorts, "store" | "clock">,
  submission: SubmitCommand,
): Promise<SubmittedCommand> {
  for (const afterMs of RETRY_AFTER_MS) {
    try {
      return await store.submitCommand(submission);
    } catch (error) {
      if (isFinalFailure(error)) throw error;
    }
    await new Promise<void>((resolve) => clock.schedule(afterMs, resolve));
  }
  return await store.submitCommand(submission);
}
