import { assertEquals } from "@std/assert";
import { isAnswerExpected } from "./is-answer-expected.ts";
import { type Frame, type Message, type MessageMetadata, toWireError } from "./protocol.ts";
import { reduceSessionState } from "./reduce-session-state.ts";
import { createSessionModel, type SessionModel } from "./session-model.ts";
import { answer, chunks, CLOSING, OPENING, ready, said, SESSION_ID, TURN } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";

/** What is expected after each of the frames. */
function expectations(...frames: Frame[]): boolean[] {
  let model: SessionModel = createSessionModel(SESSION_ID);
  return frames.map((frame) => {
    model = reduceSessionState(model, frame).model;
    return isAnswerExpected(model);
  });
}

function whole(seq: number, seqTo: number, message: Message): Frame {
  return { type: "message", epoch: 1, seq, seqTo, message };
}

/** The answer to the message with the same number. */
function answerTo(number: number, status: MessageMetadata["status"] = "completed"): Message {
  const id = `answer-${number}`;
  return answer("Hello", { id, metadata: { turnId: `turn-${number}`, replyTo: `user-${number}`, status } });
}

const opening = (number: number) => [
  {
    type: "start" as const,
    messageId: `answer-${number}`,
    messageMetadata: answerTo(number, "running").metadata,
  },
  { type: "text-start" as const, id: "t" },
];

const ASKED = chunks(2, [
  ...OPENING,
  { type: "tool-input-available", toolCallId: "c", toolName: "cancel_order", input: {} },
  { type: "tool-approval-request", approvalId: "approval", toolCallId: "c" },
  { type: "finish", messageMetadata: { status: "waiting" } },
], { durableSeq: 6 });

for (const status of ["completed", "interrupted"] as const) {
  Deno.test(`an answer that is ${status} before anything of it was heard is expected no more`, () => {
    assertEquals(expectations(ready(), said(1, "Hi"), whole(2, 6, answerTo(1, status))), [
      false,
      true,
      false,
    ]);
  });
}

Deno.test("every message in line is expected to be answered, however many are", () => {
  const seen = expectations(
    ready(),
    said(1, "One"),
    chunks(2, opening(1), { messageId: "answer-1" }),
    said(4, "Two", "user-2"),
    said(5, "Three", "user-3"),
    chunks(6, CLOSING, { messageId: "answer-1" }),
    chunks(8, opening(2), { messageId: "answer-2" }),
    chunks(10, CLOSING, { messageId: "answer-2" }),
    chunks(12, opening(3), { messageId: "answer-3" }),
    chunks(14, CLOSING, { messageId: "answer-3" }),
  );

  assertEquals(seen.slice(5), [true, false, true, false, false]);
});

Deno.test("a message that is cancelled in line is expected no more, the one before it still is", () => {
  const seen = expectations(
    ready(),
    said(1, "One"),
    chunks(2, opening(1), { messageId: "answer-1" }),
    said(4, "Two", "user-2"),
    said(5, "Three", "user-3"),
    whole(6, 8, { ...answerTo(3, "cancelled"), parts: [] }),
    chunks(9, CLOSING, { messageId: "answer-1" }),
    whole(11, 13, answerTo(2)),
  );

  assertEquals(seen.slice(5), [false, true, false]);
});

Deno.test("what was asked before the server said that nothing is under way is expected no more", () => {
  assertEquals(expectations(ready({ seq: 2 }), said(1, "One"), said(2, "Two"), ready({ seq: 2 })), [
    false,
    false,
    false,
    false,
  ]);
});

Deno.test("nothing is expected of a session that has ended", () => {
  const ending = { reason: "closed", endTime: "2026-01-01T00:00:00Z", durationSeconds: 5 } as const;

  assertEquals(expectations(ready(), said(1, "Hi"), { type: "session.ended", ...ending }), [
    false,
    true,
    false,
  ]);
});

Deno.test("a decision that was on its way when the connection broke is still expected to lead on", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready(), said(1, "Cancel it"), ASKED);
  const id = session.approve("approval", { approved: true });
  sockets[0]?.drop(1006);
  await clock.advance(1_000);

  sockets[1]?.receive(ready({ seq: 6, activeTurn: { ...TURN, status: "waiting" } }));
  assertEquals(session.state.isAnswerExpected, true);
  sockets[1]?.receive({ type: "command.accepted", id, seq: 7, duplicate: false });
  assertEquals(session.state.isAnswerExpected, true);

  sockets[1]?.receive(whole(2, 9, answer("Cancelled")));
  assertEquals(session.state.isAnswerExpected, false);
});

Deno.test("an answer that is asked for again is expected until it begins or is refused", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready(), said(1, "Hi"), whole(2, 5, answer("Hello")));
  const first = session.regenerate("answer-1");
  assertEquals(session.state.isAnswerExpected, true);
  const error = { type: "conflict", code: "busy", message: "Busy.", commandId: first, retryable: true };
  socket.receive({ type: "error", error });
  assertEquals(session.state.isAnswerExpected, false);

  const id = session.regenerate("answer-1");
  socket.receive({ type: "command.accepted", id, seq: 6, duplicate: false });
  assertEquals(session.state.isAnswerExpected, true);

  const metadata = { status: "completed", replyTo: "user-1", replaces: "answer-1" } as const;
  socket.receive(whole(6, 9, answer("Hey", { id: "answer-2", metadata })));
  assertEquals(session.state.isAnswerExpected, false);
});

Deno.test("a refusal that was lost with the connection is asked for, and nothing is expected after it", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready(), said(1, "Hi"), whole(2, 5, answer("Hello")));
  const commandId = session.regenerate("answer-1");
  sockets[0]?.receive({ type: "command.accepted", id: commandId, seq: null, duplicate: false });
  sockets[0]?.drop(1012);
  await clock.advance(1_000);

  sockets[1]?.receive(ready({ seq: 5 }));
  assertEquals(sockets[1]?.sent, [{ type: "message.regenerate", id: commandId, messageId: "answer-1" }]);
  sockets[1]?.receive({ type: "error", error: toWireError("busy", { commandId }) });

  const { isAnswerExpected, lastError, pending } = session.state;
  assertEquals([isAnswerExpected, lastError?.error.code, pending], [false, "busy", []]);
});
