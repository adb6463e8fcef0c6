/** What an error changes, and when it is overcome. */
import { withoutCommand } from "./pending-commands.ts";
import { UNDECIDED_CODES, type WireError } from "./protocol.ts";
import { type SessionModel, withFacts } from "./session-model.ts";
import type { SessionError } from "./session-state.ts";
import { answeredBy } from "./submit-command.ts";

/** A refused command is not sent again, and what it answered is open again, also when it had been accepted before. */
export function withError(model: SessionModel, error: WireError): SessionModel {
  const { pending } = model.facts;
  const isIt = ({ id }: { id: string }) => id === error.commandId;
  const command = pending.find((entry) => isIt(entry.command))?.command ?? model.answers.find(isIt);
  if (!command || isUndecided({ error })) return withFacts(model, { lastError: { error, command: null } });
  const next = withFacts(model, {
    pending: withoutCommand(pending, command.id),
    lastError: { error, command },
  });
  if (answeredBy(command) === null) return next;
  return { ...next, answers: model.answers.filter((answer) => !isIt(answer)) };
}

/** The command is sent again by itself: nothing was refused. */
export function isUndecided({ error }: Pick<SessionError, "error">): boolean {
  return UNDECIDED_CODES.includes(error.code);
}

/** The command took effect after all. */
export function withoutErrorOf(lastError: SessionError | null, commandId: string): SessionError | null {
  return lastError?.error.commandId === commandId ? null : lastError;
}

/** The session is ready again: what was wrong with it, and with no command, is over. */
export function withoutSessionError(lastError: SessionError | null): SessionError | null {
  return lastError?.error.commandId === undefined ? null : lastError;
}
