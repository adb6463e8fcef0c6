/** What an error changes, and when it is overcome. */
import { withoutCommand } from "./pending-commands.ts";
import { type DurableCommand, UNDECIDED_CODES, type WireError } from "./protocol.ts";
import { type SessionModel, withFacts } from "./session-model.ts";
import type { SessionError } from "./session-state.ts";
import { answeredBy } from "./submit-command.ts";

/** A refused command is not sent again, and what it answered is open again, also when it had been accepted before. */
export function withError(model: SessionModel, error: WireError): SessionModel {
  const { pending } = model.facts;
  const isIt = ({ id }: { id: string }) => id === error.commandId;
  const command = pending.find((entry) => isIt(entry.command))?.command ?? model.answers.find(isIt);
  if (!command || isUndecided({ error })) return withFacts(model, { lastError: { error, command: null } });
  const next = withRefusal(withFacts(model, { pending: withoutCommand(pending, command.id) }), {
    error,
    command,
  });
  if (answeredBy(command) === null) return next;
  return { ...next, answers: model.answers.filter((answer) => !isIt(answer)) };
}

/** Each message is kept: what it says may be nowhere else. */
export function withRefusal(
  model: SessionModel,
  { error, command }: { error: WireError; command: DurableCommand },
): SessionModel {
  const lastError = { error, command };
  if (command.type !== "message.create") return withFacts(model, { lastError });
  const { refused } = withoutRefusal(model, command.id).facts;
  return withFacts(model, { lastError, refused: [...refused, { error, command }] });
}

function withoutRefusal(model: SessionModel, commandId: string): SessionModel {
  return withFacts(model, { refused: model.facts.refused.filter(({ command }) => command.id !== commandId) });
}

/** The command is sent again by itself: nothing was refused. */
export function isUndecided({ error }: Pick<SessionError, "error">): boolean {
  return UNDECIDED_CODES.includes(error.code);
}

/** The command took effect after all, or nobody needs what it says any more. */
export function withoutErrorOf(model: SessionModel, commandId: string): SessionModel {
  const { lastError } = model.facts;
  const isIts = lastError?.error.commandId === commandId;
  return withFacts(withoutRefusal(model, commandId), { lastError: isIts ? null : lastError });
}

/** The session is ready again: what was wrong with it, and with no command, is over. */
export function withoutSessionError(lastError: SessionError | null): SessionError | null {
  return lastError?.error.commandId === undefined ? null : lastError;
}
