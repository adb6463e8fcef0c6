import { assertEquals } from "@std/assert";
import type { Chunk, Frame } from "./protocol.ts";
import { textOf } from "./protocol.ts";
import { isAnswerExpected } from "./is-answer-expected.ts";
import { reduceSessionState } from "./reduce-session-state.ts";
import { createSessionModel, cursorOf, isCaughtUp, messagesOf, type SessionModel } from "./session-model.ts";
import { answer, chunks, CLOSING, delta, OPENING, ready, said, SESSION_ID, TURN } from "./testing/frames.ts";

function after(...frames: Frame[]): SessionModel {
  return from(createSessionModel(SESSION_ID), ...frames);
}

function from(start: SessionModel, ...frames: Frame[]): SessionModel {
  return frames.reduce((model, frame) => {
    const reduction = reduceSessionState(model, frame);
    assertEquals(reduction.isGap, false, `gap at ${JSON.stringify(frame)}`);
    return reduction.model;
  }, start);
}

function texts(model: SessionModel): string[] {
  return messagesOf(model).map(textOf);
}

const TALK = [ready(), said(1, "Hi"), chunks(2, [...OPENING, delta("Hel"), delta("lo")])];

Deno.test("[R3] a frame beyond the next seq is a gap and changes nothing", () => {
  const model = after(...TALK);

  const reduction = reduceSessionState(model, chunks(7, [delta("!")]));

  assertEquals(reduction, { model, isGap: true });
});

Deno.test("[R3] a replay after a cursor may not have holes", () => {
  const model = after(...TALK, ready({ seq: 9 }));

  assertEquals(reduceSessionState(model, said(8, "x")).isGap, true);
});

Deno.test("a whole replay may begin where retention begins", () => {
  const model = after(ready({ seq: 50 }), said(40, "Kept"), said(50, "Newest"));

  assertEquals(texts(model), ["Kept", "Newest"]);
  assertEquals(reduceSessionState(model, said(52, "x")).isGap, true);
});

Deno.test("a log that retention has emptied has been read, and goes on without a gap", () => {
  const model = after(...TALK, ready({ epoch: 4, seq: 40, resume: { kind: "snapshot", isEmpty: true } }));
  assertEquals([texts(model), isCaughtUp(model), cursorOf(model)], [[], true, { epoch: 4, seq: 40 }]);

  assertEquals(texts(from(model, { ...said(41, "Again"), epoch: 4 })), ["Again"]);
});

Deno.test("[R3] session.rewound takes the newest chunks back and sets the epoch", () => {
  const model = after(...TALK, { type: "session.rewound", epoch: 2, rewindTo: 4 });

  assertEquals(texts(model), ["Hi", "Hel"]);
  assertEquals(cursorOf(model), { epoch: 2, seq: 4 });
});

Deno.test("[K18] frames of an older writer are ignored", () => {
  const model = after(...TALK, { type: "session.rewound", epoch: 2, rewindTo: 4 });

  const late = from(model, chunks(5, [delta("lo")], { epoch: 1 }));

  assertEquals(texts(late), ["Hi", "Hel"]);
});

Deno.test("[K18] a newer writer that repeats a seq truncates first", () => {
  const model = after(...TALK, chunks(5, [delta("p!")], { epoch: 2 }));

  assertEquals(texts(model), ["Hi", "Help!"]);
});

Deno.test("[R3] a rewinding resume shows the old text until it has caught up", () => {
  const resumed = after(...TALK, ready({ epoch: 2, seq: 6, resume: { kind: "rewind", rewindTo: 3 } }));
  assertEquals(texts(resumed), ["Hi", "Hello"]);

  const half = from(resumed, chunks(4, [delta("Hey")], { epoch: 2 }));
  assertEquals(texts(half), ["Hi", "Hello"]);

  const whole = from(half, chunks(5, [delta(" "), delta("you")], { epoch: 2 }));
  assertEquals(texts(whole), ["Hi", "Hey you"]);
});

Deno.test("[R3] a snapshot replaces the transcript without an empty moment", () => {
  const resumed = after(...TALK, ready({ epoch: 5, seq: 7, resume: { kind: "snapshot" } }));
  assertEquals(texts(resumed), ["Hi", "Hello"]);

  const first = { ...said(1, "Hi"), epoch: 5 };
  const finished = { type: "message", epoch: 5, seq: 2, seqTo: 7, message: answer("Hello there") } as const;

  assertEquals(texts(from(resumed, first, finished)), ["Hi", "Hello there"]);
});

Deno.test("what is said while a resume catches up is on the screen at once", () => {
  const resumed = after(...TALK, ready({ epoch: 2, seq: 40, resume: { kind: "rewind", rewindTo: 3 } }));

  const model = from(resumed, { ...said(4, "Mine"), epoch: 2 });

  assertEquals(texts(model), ["Hi", "Hello", "Mine"]);
});

Deno.test("the active turn follows the chunks", () => {
  const running = after(...TALK);
  assertEquals(running.facts.activeTurn, TURN);

  assertEquals(from(running, chunks(6, CLOSING)).facts.activeTurn, null);
  assertEquals(from(running, chunks(6, [{ type: "abort", reason: "cancelled" }])).facts.activeTurn, null);
});

Deno.test("[K15] a turn that ends in an approval waits", () => {
  const model = after(
    ...TALK,
    chunks(6, [
      { type: "tool-input-available", toolCallId: "c", toolName: "cancel_order", input: {} },
      { type: "tool-approval-request", approvalId: "a", toolCallId: "c" },
      { type: "finish", messageMetadata: { status: "waiting" } },
    ]),
  );

  assertEquals(model.facts.activeTurn, { ...TURN, status: "waiting" });
});

Deno.test("[K15] an answer that comes whole and waits is the active one, until it comes whole again", () => {
  const told = (seqTo: number, status: "waiting" | "completed") => {
    const message = answer("Hello", { metadata: { turnId: TURN.turnId, replyTo: "user-1", status } });
    return { type: "message", epoch: 1, seq: 2, seqTo, message } as const;
  };
  const waiting = after(ready(), said(1, "Hi"), told(6, "waiting"));
  assertEquals(waiting.facts.activeTurn, { ...TURN, status: "waiting" });
  assertEquals(from(waiting, told(9, "completed")).facts.activeTurn, null);
});

const APPROVED: Chunk = { type: "tool-approval-response", approvalId: "a", approved: true };
const inLine = (status: "queued" | "running"): Chunk => {
  return { type: "start", messageId: "answer-2", messageMetadata: { status } };
};

Deno.test("an answer that is decided about behind another one becomes the active one when its turn comes", () => {
  const decided = after(...TALK, chunks(6, [inLine("queued"), APPROVED], { messageId: "answer-2" }));
  const between = from(decided, chunks(8, CLOSING));
  const begun = from(between, chunks(10, [inLine("running")], { messageId: "answer-2" }));

  assertEquals(
    [decided, between, begun].map((model) => [model.facts.activeTurn?.messageId, isAnswerExpected(model)]),
    [["answer-1", false], [undefined, true], ["answer-2", false]],
  );
});

Deno.test("an answer that goes on waiting after a decision leaves the one alone that is being written", () => {
  const waitingOn: Chunk[] = [
    inLine("running"),
    APPROVED,
    { type: "finish", finishReason: "tool-calls", messageMetadata: { status: "waiting" } },
  ];
  const decided = after(...TALK, chunks(6, waitingOn, { messageId: "answer-2" }));
  assertEquals(decided.facts.activeTurn, TURN);

  const alone = after(...TALK, chunks(6, CLOSING), chunks(8, waitingOn, { messageId: "answer-2" }));
  assertEquals(alone.facts.activeTurn, { ...TURN, messageId: "answer-2", status: "waiting" });
});

Deno.test("an answer that is stopped in line leaves the one alone that is being written", () => {
  const messageMetadata = { status: "cancelled", replyTo: "user-6" } as const;
  const stopped: Chunk[] = [
    { type: "start", messageId: "answer-2" },
    { type: "message-metadata", messageMetadata },
    { type: "abort", reason: "cancelled" },
  ];
  const model = after(...TALK, said(6, "And then?"), chunks(7, stopped, { messageId: "answer-2" }));

  assertEquals(model.facts.activeTurn, TURN);
  const ended = from(model, chunks(10, CLOSING));
  assertEquals([ended.facts.activeTurn, isAnswerExpected(ended)], [null, false]);
});

Deno.test("session.ready has the last word on turns that are replayed", () => {
  const model = after(ready({ seq: 5 }), said(1, "Hi"), chunks(2, [...OPENING, delta("Hel"), delta("lo")]));

  assertEquals(model.facts.activeTurn, null);
  assertEquals(isAnswerExpected(model), false);
});

Deno.test("an answer is expected from the message to its first chunk", () => {
  assertEquals(isAnswerExpected(after(ready(), said(1, "Hi"))), true);
  assertEquals(isAnswerExpected(after(...TALK)), false);
});

Deno.test("an answer is expected when a queued message comes next", () => {
  const model = after(...TALK, said(6, "And then?"), chunks(7, CLOSING));

  assertEquals(isAnswerExpected(model), true);
});

Deno.test("an ended session becomes active again when it is reopened", () => {
  const ending = { reason: "closed", endTime: "2026-01-01T00:00:00Z", durationSeconds: 5 } as const;
  const ended = after(...TALK, { type: "session.ended", ...ending });
  assertEquals(ended.facts.ended, ending);
  assertEquals(ended.facts.status, "ended");

  const reopened = from(ended, ready({ epoch: 2, seq: 5 }));
  assertEquals(reopened.facts.ended, null);
  assertEquals(reopened.facts.status, "active");
});
