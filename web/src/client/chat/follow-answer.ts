/** One answer of a session as a stream of chunks, whatever happens to sockets and workers meanwhile. */
import { CLOSE_CODES, type Message } from "../protocol.ts";
import type { SessionClient } from "../session-client.ts";
import { isUndecided } from "../session-error.ts";
import type { SessionState } from "../session-state.ts";
import { type AnswerTarget, findAnswer } from "./answer-target.ts";
import type { ChatChunk } from "./chat-types.ts";
import type { Decisions } from "./decisions.ts";
import { isAnswerOver } from "./is-answer-over.ts";
import { type FinishReason, tellEnding, tellLeaving } from "./tell-ending.ts";
import { tellMessage } from "./tell-message.ts";

export interface FollowAnswerOptions {
  target: AnswerTarget;
  /** What the chat holds of the answer; left out, it is told from its beginning. */
  held?: Message;
  /** The command that leads to the answer: its refusal is the end. */
  commandId?: string;
  decisions?: Decisions;
}

/** The client left on purpose, or the session ended: nothing failed. */
const CALM_CODES: readonly number[] = [CLOSE_CODES.normal.code, CLOSE_CODES.ended.code, 4000];

export function followAnswer(
  session: SessionClient,
  { target, held, commandId, decisions }: FollowAnswerOptions,
): ReadableStream<ChatChunk> {
  let answer = target;
  let told: Message | null = null;
  let finishReason: FinishReason;
  let isLeft = false;
  let leave = () => {};

  function next(controller: ReadableStreamDefaultController<ChatChunk>): void {
    const { state } = session;
    const message = findAnswer(state, answer);
    const isOver = message !== null && isAnswerOver(state, message);
    if (message && !tell(controller, { message, isOver })) return;

    const refusal = refusalOf(state, { commandId, decisions });
    if (refusal !== null) return end(controller, [{ type: "error", errorText: refusal }]);
    if (message && isOver && !decisions?.giveNext(state, message)) {
      return end(controller, tellEnding(message, { finishReason }));
    }
    // To give a decision brings a session back that was put to rest, and may have ended this stream already.
    const { connection } = session.state;
    if (isLeft || connection.status !== "stopped") return;
    const isCalm = CALM_CODES.includes(connection.code);
    end(controller, isCalm ? tellLeaving(message) : [{ type: "error", errorText: connection.reason }]);
  }

  /** `false` when the stream had to be given up. */
  function tell(
    controller: ReadableStreamDefaultController<ChatChunk>,
    { message, isOver }: { message: Message; isOver: boolean },
  ): boolean {
    if (told === null) {
      answer = { messageId: message.id };
      const { id: messageId, metadata: messageMetadata } = message;
      controller.enqueue({ type: "start", messageId, messageMetadata });
      told = held ?? { id: messageId, role: "assistant", metadata: messageMetadata, parts: [] };
    } else if (message.metadata !== told.metadata && message.metadata && !isOver) {
      controller.enqueue({ type: "message-metadata", messageMetadata: message.metadata });
    }
    const telling = tellMessage(told, { message, isOver });
    if (!telling) {
      leave();
      // The AI SDK reads "network" in a TypeError as a lost connection, after which a chat may resume.
      controller.error(new TypeError("The network brought back another answer: resume the stream"));
      return false;
    }
    for (const chunk of telling.chunks) controller.enqueue(chunk);
    told = telling.told;
    return true;
  }

  function end(
    controller: ReadableStreamDefaultController<ChatChunk>,
    chunks: readonly ChatChunk[],
  ): void {
    leave();
    for (const chunk of chunks) controller.enqueue(chunk);
    controller.close();
  }

  return new ReadableStream<ChatChunk>({
    start(controller) {
      const unsubscribes = [
        session.onFrame((frame) => {
          if (frame.type !== "chunks" || !("messageId" in answer)) return;
          if (frame.messageId !== answer.messageId) return;
          for (const chunk of frame.chunks) if (chunk.type === "finish") finishReason = chunk.finishReason;
        }),
        session.subscribe(() => isLeft || next(controller)),
      ];
      leave = () => {
        isLeft = true;
        for (const unsubscribe of unsubscribes) unsubscribe();
      };
      next(controller);
    },
    cancel: () => leave(),
  });
}

function refusalOf(
  { lastError }: SessionState,
  { commandId, decisions }: Pick<FollowAnswerOptions, "commandId" | "decisions">,
): string | null {
  if (lastError === null || isUndecided(lastError)) return null;
  const { error, command } = lastError;
  const isOwn = commandId !== undefined && error.commandId === commandId;
  return isOwn || decisions?.isOwn(command) ? error.message : null;
}
