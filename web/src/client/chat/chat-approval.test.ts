import { assertEquals } from "@std/assert";
import type { Chunk } from "../protocol.ts";
import { chunks, CLOSING, delta, openingTo, ready, said, TURN } from "../testing/frames.ts";
import type { SessionChatTransport } from "./chat-types.ts";
import { renderAnswering, TURN_ID } from "./testing/render-chat.ts";

function asking(...ids: string[]): Chunk[] {
  return [
    { type: "text-end", id: "t" },
    ...ids.flatMap((id): Chunk[] => [
      { type: "tool-input-available", toolCallId: `call-${id}`, toolName: "cancel_order", input: {} },
      { type: "tool-approval-request", approvalId: id, toolCallId: `call-${id}` },
    ]),
    { type: "finish-step" },
    { type: "finish", finishReason: "tool-calls", messageMetadata: { status: "waiting" } },
  ];
}

function decided(approvalId: string): Chunk[] {
  return [
    { type: "start", messageId: TURN.messageId, messageMetadata: { turnId: TURN_ID, status: "running" } },
    { type: "tool-approval-response", approvalId, approved: true },
  ];
}

/** How often the chat asks the session; one that does so without end is stopped, so that its test can fail. */
function countRequests(transport: SessionChatTransport): () => number {
  let count = 0;
  const { sendMessages } = transport;
  transport.sendMessages = (options) => {
    if (++count > 10) throw new Error("Asked without end");
    return sendMessages.call(transport, options);
  };
  return () => count;
}

Deno.test("an approval goes to the session, and the same message goes on", async () => {
  const test = await renderAnswering();
  await test.receive(chunks(6, asking("a")));
  await test.until(() => test.chat.status === "ready");

  void test.chat.addToolApprovalResponse({ id: "a", approved: true });
  await test.until(() => test.sent.length === 2);
  const { id: _, ...command } = test.sent[1] as { id: string };
  assertEquals(command as unknown, { type: "tool.approve", approvalId: "a", approved: true });
  await test.receive(chunks(11, [
    ...decided("a"),
    { type: "tool-output-available", toolCallId: "call-a", output: "done" },
    { type: "start-step" },
    { type: "text-start", id: "t" },
    delta("Cancelled"),
    ...CLOSING,
  ]));

  await test.until(() => test.chat.status === "ready");
  assertEquals(test.chat.messages.length, 2);
  assertEquals(test.text, "HelCancelled");
  assertEquals(test.sent.length, 2);
  await test.unmount();
});

Deno.test("two approvals are given one after the other", async () => {
  const test = await renderAnswering();
  await test.receive(chunks(6, asking("a", "b")));
  await test.until(() => test.chat.status === "ready");

  await test.chat.addToolApprovalResponse({ id: "a", approved: true });
  await test.chat.addToolApprovalResponse({ id: "b", approved: false, reason: "No" });
  await test.until(() => test.sent.length === 2);
  const waiting: Chunk = { type: "finish", messageMetadata: { status: "waiting" } };
  await test.receive(chunks(13, [...decided("a"), waiting]));

  await test.until(() => test.sent.length === 3);
  const approvals = test.sent.map((command) => "approvalId" in command && command.approvalId);
  assertEquals(approvals, [false, "a", "b"]);
  assertEquals(test.chat.status, "streaming");
  await test.unmount();
});

Deno.test("approvals are given while the answer to a question in line is being written", async () => {
  const test = await renderAnswering();
  await test.receive(said(6, "And another tab?", "user-2"), chunks(7, asking("a", "b")));
  await test.until(() => test.chat.status === "ready");
  await test.receive(chunks(14, openingTo("user-2"), { messageId: "answer-2" }));

  await test.chat.addToolApprovalResponse({ id: "a", approved: true });
  await test.chat.addToolApprovalResponse({ id: "b", approved: true });
  await test.until(() => test.sent.length === 2);
  const waiting: Chunk = { type: "finish", messageMetadata: { status: "waiting" } };
  await test.receive(chunks(16, [...decided("a"), waiting]));

  await test.until(() => test.sent.length === 3);
  const approvals = test.sent.map((command) => "approvalId" in command && command.approvalId);
  assertEquals(approvals, [false, "a", "b"]);
  await test.unmount();
});

Deno.test("a decision waits for what a resume brings, and is not given when it was taken meanwhile", async () => {
  const test = await renderAnswering();
  await test.receive(chunks(6, asking("a")));
  await test.until(() => test.chat.status === "ready");
  test.socket.drop(1006);
  await test.advance(1_000);
  await test.receive(ready({ seq: 14 }));

  void test.chat.addToolApprovalResponse({ id: "a", approved: true });
  await test.settle();
  await test.receive(chunks(11, [
    ...decided("a"),
    { type: "tool-output-available", toolCallId: "call-a", output: "done" },
    { type: "finish", messageMetadata: { status: "completed" } },
  ]));

  await test.until(() => test.chat.status === "ready");
  assertEquals(test.sent.length, 1);
  await test.unmount();
});

Deno.test("an answer stopped elsewhere after its approval is not asked for again", async () => {
  const test = await renderAnswering();
  await test.receive(chunks(6, asking("a")));
  await test.until(() => test.chat.status === "ready");
  void test.chat.addToolApprovalResponse({ id: "a", approved: true });
  await test.until(() => test.sent.length === 2);

  await test.receive(chunks(11, [
    ...decided("a"),
    { type: "message-metadata", messageMetadata: { status: "cancelled" } },
    { type: "abort", reason: "cancelled" },
  ]));

  await test.until(() => test.chat.status === "ready");
  await test.settle();
  assertEquals(test.sent.length, 2);
  assertEquals(test.chat.error, undefined);
  await test.unmount();
});

Deno.test("a decision that somebody else was faster with is not given, and what came of it is shown", async () => {
  const test = await renderAnswering();
  await test.receive(chunks(6, asking("a")));
  await test.until(() => test.chat.status === "ready");
  await test.receive(chunks(11, [
    ...decided("a"),
    { type: "tool-output-available", toolCallId: "call-a", output: "done" },
    { type: "finish", messageMetadata: { status: "completed" } },
  ]));

  await test.chat.addToolApprovalResponse({ id: "a", approved: false });

  await test.until(() =>
    test.chat.messages[1]?.parts.some((part) => "output" in part && part.output === "done")
  );
  await test.until(() => test.chat.status === "ready");
  assertEquals(test.sent.length, 1);
  await test.unmount();
});

Deno.test("an approval brings back a session that was put to rest, and the chat hears what follows", async () => {
  const test = await renderAnswering();
  await test.receive(chunks(6, asking("a")));
  await test.until(() => test.chat.status === "ready");
  test.socket.drop(4408);

  void test.chat.addToolApprovalResponse({ id: "a", approved: true });
  await test.settle();

  assertEquals(test.session.state.connection.status, "connecting");
  assertEquals([test.chat.status, test.chat.error], ["submitted", undefined]);
  await test.unmount();
});

Deno.test("a decision that the client itself refuses is the error of the chat, once", async () => {
  const test = await renderAnswering();
  await test.receive(chunks(6, asking("a")));
  await test.until(() => test.chat.status === "ready");
  const count = countRequests(test.transport);

  void test.chat.addToolApprovalResponse({ id: "a", approved: false, reason: "x".repeat(2_001) });

  await test.until(() => test.chat.status === "error");
  await test.settle();
  assertEquals(test.chat.error?.message, test.session.state.lastError?.error.message);
  assertEquals([count(), test.sent.length, test.session.state.openApprovals.length], [1, 1, 1]);
  await test.unmount();
});

Deno.test("an approval after the session ended is not sent over and over", async () => {
  const test = await renderAnswering();
  await test.receive(chunks(6, asking("a")));
  await test.until(() => test.chat.status === "ready");
  const ending = { reason: "abandoned", endTime: "2026-01-01T00:00:00Z", durationSeconds: 1 } as const;
  await test.receive({ type: "session.ended", ...ending });
  const count = countRequests(test.transport);

  void test.chat.addToolApprovalResponse({ id: "a", approved: true });

  await test.until(() => test.chat.status === "ready");
  await test.settle();
  assertEquals(count(), 1);
  await test.unmount();
});
