/** The commands on their way: re-sent after each reconnect under the same id until the server accepts them (R5). */
import { type DurableCommand, type Message, textOf } from "./protocol.ts";
import type { PendingCommand } from "./session-state.ts";

type Pending = readonly PendingCommand[];

export function withCommand(pending: Pending, command: DurableCommand): Pending {
  return [...pending, { command, isAccepted: false, seq: null }];
}

export function withoutCommand(pending: Pending, commandId: string): Pending {
  return pending.filter(({ command }) => command.id !== commandId);
}

/** An accepted message stays until its item is in the transcript, so that it never leaves the screen in between. */
export function withAccepted(
  pending: Pending,
  { id, seq, lastSeq }: { id: string; seq: number | null; lastSeq: number },
): Pending {
  return pending.flatMap((entry) => {
    if (entry.command.id !== id) return [entry];
    const isArrived = seq === null ? entry.seq !== null : seq <= lastSeq;
    if (entry.command.type !== "message.create" || isArrived) return [];
    return [{ ...entry, isAccepted: true, seq }];
  });
}

/** Takes the command out that a user message in the transcript came from, once it is accepted. */
export function withArrived(pending: Pending, { message, seq }: { message: Message; seq: number }): Pending {
  if (message.role !== "user") return pending;
  const origin = pending.find(({ command }) => command.id === message.id) ??
    pending.find((entry) => entry.seq === seq) ??
    pending.find(({ command, seq: known }) =>
      known === null && command.type === "message.create" && command.text === textOf(message)
    );
  if (!origin) return pending;
  if (origin.isAccepted) return pending.filter((entry) => entry !== origin);
  return pending.map((entry) => entry === origin ? { ...entry, seq } : entry);
}

/** The texts that are sent and not in the transcript yet, for the screen. */
export function unseenMessages(pending: Pending, lastSeq: number): { id: string; text: string }[] {
  return pending.flatMap(({ command, seq }) =>
    command.type === "message.create" && (seq === null || seq > lastSeq)
      ? [{ id: command.id, text: command.text }]
      : []
  );
}
