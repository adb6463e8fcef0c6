/** Takes a connection off its session, however long the database needs: one that stays attached keeps its session active. */
import { isFinalFailure } from "./is-final-failure.ts";
import { logError } from "../base/log-error.ts";
import type { SessionPorts } from "./session-ports.ts";

const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 10_000;
/** About two minutes in all; attachments of a worker that is gone expire by themselves. */
const MAX_ATTEMPTS = 16;

/** Answers how many are attached then; `null` when the database never said. */
export async function detachConnection(
  { store, clock, workerId }: Pick<SessionPorts, "store" | "clock" | "workerId">,
  connection: { sessionId: string; connectionId: string; closeCode: number },
): Promise<number | null> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    try {
      return (await store.detachConnection({ ...connection, workerId })).attachedCount;
    } catch (error) {
      logError("detach_failed", { error });
      if (isFinalFailure(error)) return null;
      const pauseMs = Math.min(RETRY_MIN_MS * 2 ** attempt, RETRY_MAX_MS);
      await new Promise<void>((resolve) => clock.schedule(pauseMs, resolve));
    }
  }
  return null;
}
