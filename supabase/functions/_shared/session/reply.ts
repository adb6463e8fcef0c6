/** Tells the sender of a command what became of it. */
import { type DurableCommand, ERROR_CODES, type ErrorCode, toWireError } from "../protocol/mod.ts";
import type { Listener } from "./listener.ts";

export interface CommandResult {
  command: DurableCommand;
  duplicate: boolean;
  applied: { seq: number | null; refusal: string | null };
}

export function reply(listener: Listener, { command, duplicate, applied }: CommandResult): void {
  const { id } = command;
  const { seq, refusal } = applied;
  if (refusal === null) return listener.send({ type: "command.accepted", id, seq, duplicate });
  listener.send({ type: "error", error: toWireError(toErrorCode(refusal), { commandId: id }) });
}

/** A refusal that another version of the server recorded may have a code unknown here. */
function toErrorCode(refusal: string): ErrorCode {
  return refusal in ERROR_CODES ? refusal as ErrorCode : "internal";
}
