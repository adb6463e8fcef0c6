/** The inbox of the memory database: every command once, before it has any effect (K10, K11). */
import type { SubmitCommand, SubmittedCommand } from "../session-store.ts";
import { StoreError } from "../store-error.ts";
import { activeTurn } from "./active-turn.ts";
import { beginEpoch, freeLease, isLeaseLive } from "./lease.ts";
import type { MemoryCommand, MemoryDatabase, MemorySession } from "./memory-database.ts";
import { activeTurns, stopTurn } from "./turns.ts";

export function submitCommand(
  database: MemoryDatabase,
  { sessionId, userId, command }: SubmitCommand,
): SubmittedCommand {
  const session = database.sessions.get(sessionId);
  if (session?.userId !== userId) {
    throw new StoreError(
      "forbidden",
      `Cannot submit a command to session "${sessionId}": it is not the user's`,
    );
  }
  const id = command.id.toLowerCase();
  const known = session.commands.find((candidate) => candidate.command.id === id);
  if (known) return toSubmitted(known, true);

  const targetTurnId = command.type === "turn.cancel"
    ? command.turnId ?? activeTurn(session)?.turnId ?? null
    : null;
  const submitted: MemoryCommand = {
    command: { ...structuredClone(command), id },
    userId,
    targetTurnId,
    submittedAt: database.clock.now(),
    isSettled: false,
    seq: null,
    refusal: null,
  };
  session.commands.push(submitted);
  cancelWithoutLeader(database, session, submitted);
  return toSubmitted(submitted, false);
}

/** With no live leader to stop, the submission itself fences and ends the turn. */
function cancelWithoutLeader(
  database: MemoryDatabase,
  session: MemorySession,
  submitted: MemoryCommand,
): void {
  const target = activeTurns(session).find(({ turnId }) => turnId === submitted.targetTurnId);
  if (!target || isLeaseLive(database, session)) return;
  beginEpoch(database, session, null);
  submitted.seq = stopTurn(database, session, { turnId: target.turnId, status: "cancelled" });
  submitted.isSettled = true;
  freeLease(database, session);
}

function toSubmitted(
  { isSettled, seq, refusal, targetTurnId }: MemoryCommand,
  duplicate: boolean,
): SubmittedCommand {
  return { duplicate, settled: isSettled, seq, refusal, targetTurnId };
}
