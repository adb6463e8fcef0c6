/** Which answer of a session a chat is listening to; it may not have begun. */
import type { DurableCommand, Message } from "../protocol.ts";
import type { SessionState } from "../session-state.ts";

export type AnswerTarget =
  | { readonly messageId: string }
  /** The answer to this user message. */
  | { readonly replyTo: string }
  /** The answer that takes the place of this one. */
  | { readonly replaces: string };

export function findAnswer({ messages }: SessionState, target: AnswerTarget): Message | null {
  return messages.findLast((message) => message.role === "assistant" && isTarget(message, target)) ?? null;
}

function isTarget({ id, metadata }: Message, target: AnswerTarget): boolean {
  if ("messageId" in target) return id === target.messageId;
  return "replyTo" in target ? metadata?.replyTo === target.replyTo : metadata?.replaces === target.replaces;
}

/** The answer a chat can listen to now or soon; `null` when the session waits for the user. */
export function targetOfSession(state: SessionState): AnswerTarget | null {
  const { activeTurn, isAnswerExpected, messages, pending } = state;
  if (activeTurn && (activeTurn.status !== "waiting" || isAnswerExpected)) {
    return { messageId: activeTurn.messageId };
  }
  const own = pending.flatMap(({ command }) => targetOfCommand(command) ?? []).at(-1);
  if (own || !isAnswerExpected) return own ?? null;
  const last = messages.at(-1);
  if (last?.role === "user") return { replyTo: last.id };
  const inLine = messages.findLast(({ metadata }) => metadata?.status === "queued");
  return inLine ? { messageId: inLine.id } : null;
}

function targetOfCommand(command: DurableCommand): AnswerTarget | null {
  switch (command.type) {
    case "message.create":
    case "input.provide":
      return { replyTo: command.id };
    case "message.regenerate":
      return { replaces: command.messageId };
    default:
      return null;
  }
}
