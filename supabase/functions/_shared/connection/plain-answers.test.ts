import { assertEquals } from "@std/assert";
import type { Chunk, Frame, Message, MessageMetadata, MessagePart } from "../protocol/mod.ts";
import { PlainAnswers } from "./plain-answers.ts";

const START: Chunk[] = [{ type: "start" }, { type: "start-step" }, { type: "text-start", id: "1" }];
const FINISH: Chunk = { type: "finish" };
const STOPPED: Chunk[] = [{ type: "start" }, { type: "abort", reason: "cancelled" }];

function says(...deltas: string[]): Chunk[] {
  return deltas.map((delta) => ({ type: "text-delta", id: "1", delta }));
}

function chunks(seq: number, messageId: string, ...chunks: Chunk[]): Frame {
  return { type: "chunks", epoch: 1, seq, durableSeq: 0, turnId: `turn ${messageId}`, messageId, chunks };
}

function whole(seq: number, id: string, parts: MessagePart[], metadata: MessageMetadata = {}): Frame {
  const message: Message = { id, role: "assistant", parts, metadata: { status: "completed", ...metadata } };
  return { type: "message", epoch: 1, seq, message };
}

const text = (text: string): MessagePart => ({ type: "text", text });

/** What is heard, in short. */
function hear(...frames: Frame[]): string[] {
  const answers = new PlainAnswers();
  return frames.flatMap((frame) => answers.tell(frame)).map((plain) => {
    switch (plain.type) {
      case "token":
        return plain.token;
      case "done":
        return `done: ${plain.text}`;
      default:
        return plain.type;
    }
  });
}

Deno.test("PlainAnswers tells an answer to its end, whatever becomes of those in line", () => {
  const queued: Chunk = { type: "start", messageMetadata: { status: "queued" } };

  const heard = hear(
    chunks(1, "a", ...START, ...says("Hello ")),
    chunks(3, "b", ...STOPPED),
    chunks(5, "c", queued, { type: "tool-approval-response", approvalId: "p", approved: true }),
    chunks(7, "a", ...says("world"), FINISH),
    chunks(9, "c", ...START, ...says("Done"), FINISH),
  );

  assertEquals(heard, ["start", "Hello ", "world", "done: Hello world", "start", "Done", "done: Done"]);
});

Deno.test("PlainAnswers tells of an answer that is stopped before it begins, when no other is told", () => {
  assertEquals(hear(chunks(1, "a", ...STOPPED)), ["start", "done: "]);
});

Deno.test("PlainAnswers is not muted by an answer whose end it never hears", () => {
  const heard = hear(chunks(1, "a", ...START, ...says("Half")), chunks(9, "b", ...START, ...says("Next")));

  assertEquals(heard, ["start", "Half", "done: Half", "start", "Next"]);
});

Deno.test("PlainAnswers tells the rest of an answer that another worker ends, and all of one it never heard of", () => {
  const heard = hear(
    chunks(1, "a", ...START, ...says("Hello ")),
    whole(1, "a", [text("Hello world")]),
    whole(6, "b", [text("Bye"), { type: "step-start" }, text("now")]),
  );

  assertEquals(heard, [
    "start",
    "Hello ",
    "world",
    "done: Hello world",
    "start",
    "Bye\n\nnow",
    "done: Bye\n\nnow",
  ]);
});

Deno.test("PlainAnswers tells the end of a failed answer in words", () => {
  const failed = whole(1, "a", [text("Half")], { status: "failed", errorCode: "model_unavailable" });

  assertEquals(hear(chunks(1, "a", ...START, ...says("Half")), failed), [
    "start",
    "Half",
    "\n\n[The model could not be reached.]",
    "done: Half\n\n[The model could not be reached.]",
  ]);
});

Deno.test("PlainAnswers says that an answer began again when it ends with other words", () => {
  const heard = hear(chunks(1, "a", ...START, ...says("Hel")), whole(1, "a", [text("Bye")]));

  assertEquals(heard.slice(2), [
    "\n\n[The answer was interrupted and starts again.]\n\nBye",
    "done: Hel\n\n[The answer was interrupted and starts again.]\n\nBye",
  ]);
});

Deno.test("PlainAnswers tells nothing that was said before it came", () => {
  const ready: Frame = {
    ...{ type: "session.ready", sessionId: "s", epoch: 1, seq: 5, mode: "simulated" },
    ...{ resume: { kind: "snapshot" }, activeTurn: null },
  };

  assertEquals(hear(ready, whole(3, "a", [text("Earlier")]), whole(7, "b", [text("Now")])), [
    "start",
    "Now",
    "done: Now",
  ]);
});

Deno.test("[K7] PlainAnswers ends an answer whose last words are taken back, and tells what follows with its end", () => {
  const rewound: Frame = { type: "session.rewound", epoch: 2, rewindTo: 3 };

  assertEquals(
    hear(chunks(1, "a", ...START), rewound, chunks(4, "a", ...says("One "))),
    ["start", "One "],
  );
  assertEquals(
    hear(
      chunks(1, "a", ...START, ...says("One ", "two ", "three")),
      rewound,
      whole(1, "a", [text("One two four")]),
    ),
    ["start", "One ", "two ", "three", "done: One two three", "start", "One two four", "done: One two four"],
  );
});

Deno.test("[K7] PlainAnswers goes on as another answer where its own worker goes on after words were taken back", () => {
  const rewound: Frame = { type: "session.rewound", epoch: 2, rewindTo: 4 };

  const heard = hear(
    chunks(1, "a", ...START, ...says("Kept ", "never kept")),
    rewound,
    chunks(5, "a", ...says("and ", "new")),
    chunks(7, "a", FINISH),
    chunks(8, "b", ...START, ...says("Next"), FINISH),
  );

  assertEquals(heard, [
    ...["start", "Kept ", "never kept", "done: Kept never kept"],
    ...["start", "and ", "new", "done: and new"],
    ...["start", "Next", "done: Next"],
  ]);
});

Deno.test("PlainAnswers tells the end of an answer that began again while it was followed", () => {
  const heard = hear(
    chunks(1, "a", ...START, ...says("Old")),
    chunks(5, "a", { type: "reset-step" }, { type: "text-start", id: "2" }, {
      type: "text-delta",
      id: "2",
      delta: "New ",
    }),
    whole(1, "a", [{ type: "step-start" }, text("New words")]),
  );

  assertEquals(heard.slice(2), [
    "\n\n[The answer was interrupted and starts again.]",
    "\n\n",
    "New ",
    "words",
    "done: Old\n\n[The answer was interrupted and starts again.]\n\nNew words",
  ]);
});

Deno.test("PlainAnswers ends an answer of which it heard only what came after a decision", () => {
  const ready: Frame = {
    ...{ type: "session.ready", sessionId: "s", epoch: 1, seq: 14, mode: "simulated" },
    ...{ resume: { kind: "snapshot" }, activeTurn: null },
  };
  const order: MessagePart = {
    ...{ type: "tool-order", toolCallId: "c", state: "output-available", input: {} },
    approval: { id: "p", approved: true },
  };

  const heard = hear(
    ready,
    chunks(20, "a", ...START, ...says("It is ")),
    whole(12, "a", [text("Shall I?"), order, { type: "step-start" }, text("It is done.")]),
    whole(30, "b", [text("Next")]),
  );

  assertEquals(heard, ["start", "It is ", "done.", "done: It is done.", "start", "Next", "done: Next"]);
});

Deno.test("PlainAnswers repeats nothing of an answer that goes on after an approval", () => {
  const order: MessagePart = {
    ...{ type: "tool-order", toolCallId: "c", state: "approval-requested", input: {} },
    approval: { id: "p" },
  };
  const answers = new PlainAnswers();

  const asked = answers.tell(whole(1, "a", [text("Shall I?"), order], { status: "waiting" }));
  const open = answers.openApprovalId;
  const done = { ...order, state: "output-available", approval: { id: "p", approved: true } } as const;
  const rest = answers.tell(whole(6, "a", [text("Shall I?"), done, text("It is done.")]));

  assertEquals(asked.at(-1), {
    type: "done",
    text: "Shall I?\n\n[Allow order({})? Answer yes or no.]",
  });
  assertEquals([open, answers.openApprovalId], ["p", null]);
  assertEquals(rest.map((frame) => frame.type === "done" ? frame.text : frame.type), [
    "start",
    "token",
    "It is done.",
  ]);
});

Deno.test("PlainAnswers keeps an approval open while another answer is told", () => {
  const answers = new PlainAnswers();
  const ask: Chunk = { type: "tool-approval-request", approvalId: "p", toolCallId: "c" };

  answers.tell(chunks(1, "a", ...START, ask, FINISH));
  answers.tell(chunks(4, "b", ...START, ...says("Meanwhile"), FINISH));

  assertEquals(answers.openApprovalId, "p");
  answers.tell(chunks(8, "a", { type: "tool-approval-response", approvalId: "p", approved: false }));
  assertEquals(answers.openApprovalId, null);
});
