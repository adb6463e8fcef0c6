/** The shapes the AI SDK gives a `ChatTransport`, as far as Parley needs them: the client depends on no AI package. */
import type { Chunk, Message, MessageMetadata, OnBusy } from "../protocol.ts";
import type { SessionClient } from "../session-client.ts";

/** What an answer is told in: the protocol's chunks, and the AI SDK's word for an answer that must not go on by itself. */
export type ChatChunk =
  | Chunk
  | { type: "finish"; finishReason: "interrupted"; messageMetadata: MessageMetadata };

/** A message of the chat, as the AI SDK's `UIMessage`. */
export interface ChatMessage {
  readonly id: string;
  readonly role: "system" | "user" | "assistant";
  readonly parts: readonly ChatMessagePart[];
}

export interface ChatMessagePart {
  readonly type: string;
  readonly text?: string;
  readonly toolCallId?: string;
  readonly state?: string;
  readonly approval?: { readonly id: string; readonly approved?: boolean; readonly reason?: string };
}

export interface SendMessagesOptions {
  trigger: "submit-message" | "regenerate-message";
  messages: readonly ChatMessage[];
  abortSignal: AbortSignal | undefined;
  /** `{ onBusy }` overrules the transport's own for this message. */
  body?: { onBusy?: OnBusy } | object;
}

/** Fits the AI SDK's `ChatTransport` for every kind of `UIMessage`. */
export interface SessionChatTransport {
  readonly session: SessionClient;
  /** A resumed answer is told from its beginning. */
  readonly resumeStreamIsReplay: true;
  sendMessages(options: SendMessagesOptions): Promise<ReadableStream<ChatChunk>>;
  /** The answer that is being written or on its way, from its beginning; `null` when there is none. */
  reconnectToStream(options: { abortSignal?: AbortSignal }): Promise<ReadableStream<ChatChunk> | null>;
  /** What was said so far, for `useChat({ messages })`. @throws Error when the session cannot be opened. */
  loadMessages(): Promise<Message[]>;
  /** Leaves a session that the transport opened itself; the session goes on. */
  close(): void;
}
