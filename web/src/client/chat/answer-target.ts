/** Which answer of a session a chat is listening to; it may not have begun. */
import { type DurableCommand, isToolPart, type Message } from "../protocol.ts";
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
export function targetOfSession(
  { activeTurn, isAnswerExpected, messages, pending }: SessionState,
): AnswerTarget | null {
  if (activeTurn && activeTurn.status !== "waiting") return { messageId: activeTurn.messageId };
  const own = pending.flatMap(({ command }) => targetOfCommand(command, messages) ?? []).at(-1);
  if (own || !isAnswerExpected) return own ?? null;
  const last = messages.at(-1);
  if (last?.role === "user") return { replyTo: last.id };
  const inLine = messages.findLast(({ metadata }) => metadata?.status === "queued");
  return inLine ? { messageId: inLine.id } : null;
}

function targetOfCommand(command: DurableCommand, messages: readonly Message[]): AnswerTarget | null {
  switch (command.type) {
    case "message.create":
    case "input.provide":
      return { replyTo: command.id };
    case "message.regenerate":
      return { replaces: command.messageId };
    case "tool.approve": {
      const asking = messages.find(({ parts }) =>
        parts.some((part) => isToolPart(part) && part.approval?.id === command.approvalId)
      );
      return asking ? { messageId: asking.id } : null;
    }
    default:
      return null;
  }
}
