/** The real `useChat` on a session client with fake sockets. */
import { useChat } from "@ai-sdk/react";
import { assertEquals } from "@std/assert";
import { type ChatInit, lastAssistantMessageIsCompleteWithApprovalResponses, type UIMessage } from "ai";
import type { Frame, MessageMetadata } from "../../protocol.ts";
import { chunks, delta, ready, said, TURN } from "../../testing/frames.ts";
import { openTestSession } from "../../testing/open-test-session.ts";
import { createChatTransport } from "../create-chat-transport.ts";
import { renderHook, settleReact } from "./render-hook.ts";

/** A UUID, as the messages of a real session have. */
export const QUESTION_ID = "00000000-0000-4000-9000-000000000001";
export const TURN_ID = "00000000-0000-4000-9000-00000000000a";
const PATIENCE_MS = 2_000;

export interface RenderChatOptions extends Partial<ChatInit<UIMessage>> {
  /** What the server says before the chat appears. */
  frames?: Frame[];
  resume?: boolean;
  isStrict?: boolean;
}

export async function renderChat(
  { frames = [ready()], isStrict = false, ...options }: RenderChatOptions = {},
) {
  const test = await openTestSession();
  test.socket.receive(...frames);
  const transport = createChatTransport({ session: test.session });
  const chat = await renderHook(() =>
    useChat({
      transport,
      messages: test.session.state.messages as UIMessage[],
      generateId: () => QUESTION_ID,
      sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
      ...options,
    }), { isStrict });
  return {
    ...test,
    transport,
    settle: settleReact,
    unmount: chat.unmount,
    get chat() {
      return chat.current;
    },
    get socket() {
      return test.socket;
    },
    /** The commands sent, without the answers to `ping`. */
    get sent() {
      return test.sockets.flatMap(({ sent }) => sent);
    },
    get text() {
      return textOfChat(chat.current.messages.at(-1));
    },
    async receive(...received: Frame[]) {
      test.socket.receive(...received);
      await settleReact();
    },
    async until(fact: () => unknown) {
      const deadline = Date.now() + PATIENCE_MS;
      do await settleReact(); while (!fact() && Date.now() < deadline);
      assertEquals(Boolean(fact()), true, `Not so within ${PATIENCE_MS} ms: ${fact}`);
    },
    async advance(byMs: number) {
      await test.clock.advance(byMs);
      await settleReact();
    },
  };
}

export const QUESTION = said(1, "Hi", QUESTION_ID);

/** A chat that has said "Hi" and hears the answer. */
export async function renderAnswering() {
  const test = await renderChat();
  void test.chat.sendMessage({ text: "Hi" });
  await test.until(() => test.sent.length === 1);
  await test.receive(
    { type: "command.accepted", id: QUESTION_ID, seq: 1, duplicate: false },
    QUESTION,
    opening(2),
    chunks(5, [delta("Hel")]),
  );
  return test;
}

function textOfChat(message: UIMessage | undefined): string {
  return message?.parts.flatMap((part) => part.type === "text" ? [part.text] : []).join("") ?? "";
}

/** The opening of the answer to `replyTo`: three items. */
export function opening(
  seq: number,
  { epoch = 1, messageId = TURN.messageId, ...metadata }:
    & { epoch?: number; messageId?: string }
    & MessageMetadata = {},
) {
  const messageMetadata = { turnId: TURN_ID, replyTo: QUESTION_ID, status: "running", ...metadata } as const;
  return chunks(seq, [
    { type: "start", messageId, messageMetadata },
    { type: "start-step" },
    { type: "text-start", id: "t" },
  ], { epoch, messageId, durableSeq: seq + 2 });
}
