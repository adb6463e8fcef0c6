/** The commands on their way: re-sent after each reconnect under the same id until the server accepts them (R5). */
import { type DurableCommand, type Message } from "./protocol.ts";
import type { PendingCommand } from "./session-state.ts";

type Pending = readonly PendingCommand[];

export function withCommand(pending: Pending, command: DurableCommand): Pending {
  return [...pending, { command, isAccepted: false }];
}

export function withoutCommand(pending: Pending, commandId: string): Pending {
  return pending.filter(({ command }) => command.id !== commandId);
}

/**
 * An accepted message stays until it is in the transcript, so that it never leaves the screen in between; an end until
 * the session has ended, so that a connection lost meanwhile does not reopen it for good; and what answers something
 * until the log shows its effect, for a worker that leads may still refuse it, and be heard by nobody.
 */
export function withAccepted(
  pending: Pending,
  { commandId, isArrived }: { commandId: string; isArrived: boolean },
): Pending {
  return pending.flatMap((entry) => {
    if (entry.command.id !== commandId) return [entry];
    const { type } = entry.command;
    const isDone = type === "turn.cancel" || (type === "message.create" && isArrived);
    return isDone ? [] : [{ ...entry, isAccepted: true }];
  });
}

/** A command that somebody else will apply is on record: it stays until that has happened. */
export function withRecorded(
  pending: Pending,
  { command, isArrived }: { command: DurableCommand; isArrived: boolean },
): Pending {
  if (command.type === "message.create") return withAccepted(pending, { commandId: command.id, isArrived });
  return pending.map((entry) => entry.command.id === command.id ? { ...entry, isAccepted: true } : entry);
}

/** A message stays until it is in the transcript. */
export function withSettled(pending: Pending, { id, type }: DurableCommand): Pending {
  return type === "message.create" ? pending : withoutCommand(pending, id);
}

/** Takes the accepted command out that a message in the transcript came from: both have the same id. */
export function withArrived(pending: Pending, messageId: string): Pending {
  return pending.filter((entry) => !entry.isAccepted || entry.command.id !== messageId);
}

/** The session has ended, whoever asked for it. */
export function withoutEnd(pending: Pending): Pending {
  return pending.filter(({ command }) => command.type !== "session.end");
}

/** The texts that are sent and not in the transcript yet, for the screen. */
export function unseenMessages(
  pending: Pending,
  messages: readonly Message[],
): { id: string; text: string }[] {
  const seen = new Set(messages.map((message) => message.id));
  return pending.flatMap(({ command }) =>
    command.type === "message.create" && !seen.has(command.id) ? [{ id: command.id, text: command.text }] : []
  );
}
