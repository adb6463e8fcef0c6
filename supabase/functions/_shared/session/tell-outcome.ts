/** Follows a command that another worker applies: its sender was told that it is on record, and not what became of it. */
import type { DurableCommand } from "../protocol/mod.ts";
import type { Listener } from "./listener.ts";
import { logError } from "../base/log-error.ts";
import { replySettled } from "./reply-settled.ts";
import type { SessionPorts } from "./session-ports.ts";

/** A leader reads its inbox within a second, a dead one is replaced within a quarter of a minute; in trouble it takes longer. */
const LOOKS_AFTER_MS = [500, 1_500, 5_000];
const LAST_LOOKS_AFTER_MS = 20_000;

export interface SentCommand {
  sessionId: string;
  command: DurableCommand;
  listener: Listener;
  isListening(): boolean;
  onEnded(): void;
}

export async function tellOutcome(
  { store, clock }: Pick<SessionPorts, "store" | "clock">,
  sent: SentCommand,
): Promise<void> {
  const { sessionId, command, listener, onEnded } = sent;
  const { userId } = listener.credentials;
  for (let look = 0;; look++) {
    const afterMs = LOOKS_AFTER_MS[look] ?? LAST_LOOKS_AFTER_MS;
    await new Promise<void>((resolve) => clock.schedule(afterMs, resolve));
    if (!sent.isListening()) return;
    try {
      // The same id again changes nothing (R5), and is answered with what became of it.
      const { settled, seq, refusal } = await store.submitCommand({ sessionId, userId, command });
      if (!settled) continue;
      const isNews = refusal !== null || command.type === "session.end";
      if (isNews) replySettled(listener, { command, duplicate: true, applied: { seq, refusal }, onEnded });
      return;
    } catch (error) {
      logError("outcome_unknown", { command: command.type, error });
    }
  }
}
