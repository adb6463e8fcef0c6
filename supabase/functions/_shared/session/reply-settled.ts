/** Tells the sender of a command that has had its effect what that was. */
import type { Listener } from "./listener.ts";
import { type CommandResult, reply } from "./reply.ts";

export function replySettled(listener: Listener, result: CommandResult & { onEnded(): void }): void {
  reply(listener, result);
  const { command, applied } = result;
  // Its word of the end was lost, or somebody has reopened the session since: the sender did not mean to stay.
  if (command.type === "session.end" && applied.refusal === null) result.onEnded();
}
