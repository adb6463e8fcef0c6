/** Lets the AI SDK's `useChat` speak through a session. */
import { isFinal } from "../is-final.ts";
import { openSession, type OpenSessionOptions } from "../open-session.ts";
import { type Message, type OnBusy, onBusySchema } from "../protocol.ts";
import type { SessionClient } from "../session-client.ts";
import type { SessionState } from "../session-state.ts";
import { type AnswerTarget, findAnswer, targetOfSession } from "./answer-target.ts";
import { cancelOnAbort } from "./cancel-on-abort.ts";
import type { ChatMessage, SendMessagesOptions, SessionChatTransport } from "./chat-types.ts";
import { Decisions } from "./decisions.ts";
import { followAnswer } from "./follow-answer.ts";
import { tellMessage } from "./tell-message.ts";
import { toHeldMessage } from "./to-held-message.ts";
import { whenState } from "./when-state.ts";

export type ChatTransportOptions = ({ session: SessionClient } | OpenSessionOptions) & {
  /** What happens to a message while an answer is being written; `queue` unless told. */
  onBusy?: OnBusy;
};

/**
 * One transport speaks for one session, over an own connection or the one of an existing client.
 *
 * @example
 * const transport = createChatTransport({ url, sessionId, getAccessToken });
 * const messages = await transport.loadMessages(); // both for `new Chat({ transport, messages })` of the AI SDK
 */
export function createChatTransport(options: ChatTransportOptions): SessionChatTransport {
  const { onBusy = "queue", ...rest } = options;
  const session = "session" in rest ? rest.session : openSession(rest);
  /** By the chat's ids of user messages. */
  const commandIds = new Map<string, string>();
  let resumeCount = 0;

  function say(question: ChatMessage, { body }: SendMessagesOptions) {
    const wish = onBusySchema.safeParse(body && "onBusy" in body ? body.onBusy : onBusy);
    const text = toText(question);
    const id = isUuid(question.id) && !commandIds.has(question.id) ? question.id : undefined;
    const commandId = session.send(text, { id, onBusy: wish.data ?? onBusy });
    commandIds.set(question.id, commandId);
    return { commandId, target: { replyTo: commandId } };
  }

  function ask(question: ChatMessage, options: SendMessagesOptions) {
    const { state } = session;
    const replyTo = commandIds.get(question.id) ?? question.id;
    const said = saidText(state, replyTo);
    if (said === null) return say(question, options);
    if (said !== toText(question)) {
      throw new Error("Cannot change what was said: a session keeps every message, send a new one instead");
    }
    const answer = findAnswer(state, { replyTo });
    const isAgain = answer && (options.trigger === "regenerate-message" || isEnded(answer));
    if (!isAgain) return { target: { replyTo } };
    return { commandId: session.regenerate(answer.id), target: { replaces: answer.id } };
  }

  function goOn(chatMessage: ChatMessage) {
    const target: AnswerTarget = { messageId: chatMessage.id };
    const answer = findAnswer(session.state, target);
    if (!answer) throw new Error(`Cannot continue message "${chatMessage.id}": the session does not hold it`);
    const held = toHeldMessage(answer, chatMessage);
    const isNews = tellMessage(held, { message: answer, isOver: true })?.chunks.length !== 0;
    if (isEnded(answer) && !isNews) throw new Error("Cannot continue the answer: it has ended");
    return { target, held, decisions: new Decisions(session, chatMessage) };
  }

  function toRequest(options: SendMessagesOptions) {
    const last = options.messages.at(-1);
    if (last?.role === "user") return ask(last, options);
    if (last?.role === "assistant") return goOn(last);
    throw new Error("Cannot send: the chat holds no message of the user");
  }

  return {
    session,
    resumeStreamIsReplay: true,

    // Asynchronous, so that a chat gets every failure as a rejection.
    // deno-lint-ignore require-await
    async sendMessages(options) {
      const { abortSignal: signal } = options;
      signal?.throwIfAborted();
      const request = toRequest(options);
      cancelOnAbort(session, { target: request.target, signal });
      return followAnswer(session, request);
    },

    async reconnectToStream({ abortSignal: signal }) {
      const own = ++resumeCount;
      const state = await whenState(session, { select: settledState, signal });
      const target = state && targetOfSession(state);
      if (!target) return null;
      cancelOnAbort(session, { target, signal, isSuperseded: () => own !== resumeCount });
      return followAnswer(session, { target });
    },

    async loadMessages() {
      const state = await whenState(session, { select: settledState });
      if (state?.connection.status === "stopped" && state.mode === null) {
        throw new Error(`Cannot load the session: ${state.connection.reason}`);
      }
      return [...state?.messages ?? []];
    },

    close() {
      if (!("session" in options)) session.detach();
    },
  };
}

/** The state once everything said before is known, or nothing more will come. */
function settledState(state: SessionState): SessionState | null {
  const { connection, mode, isCaughtUp } = state;
  if (connection.status === "stopped") return state;
  return connection.status === "live" && mode !== null && isCaughtUp ? state : null;
}

function toText({ parts }: ChatMessage): string {
  if (parts.some(({ type }) => type !== "text")) {
    throw new Error("Cannot send the message: a session takes text only");
  }
  return parts.map(({ text }) => text ?? "").join("");
}

/** The text of a user message the session has, or will have; `null` when it was never said, or refused. */
function saidText({ messages, pending }: SessionState, id: string): string | null {
  const message = messages.find((candidate) => candidate.id === id);
  if (message) return toText(message);
  const command = pending.find((entry) => entry.command.id === id)?.command;
  return command?.type === "message.create" ? command.text : null;
}

function isEnded({ metadata }: Message): boolean {
  return metadata?.status !== undefined && isFinal(metadata.status);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

function isUuid(id: string): boolean {
  return UUID.test(id);
}
