import { assertEquals, assertStrictEquals } from "@std/assert";
import { textOf } from "./protocol.ts";
import { answer, chunks, CLOSING, delta, OPENING, said } from "./testing/frames.ts";
import { EMPTY_TRANSCRIPT, rewound, type Transcript, withChunks, withMessage } from "./transcript.ts";

function texts({ entries }: Transcript): string[] {
  return entries.map((entry) => textOf(entry.draft.message));
}

function streamed(words: string[], durableSeq = 0): Transcript {
  return withChunks(EMPTY_TRANSCRIPT, chunks(1, [...OPENING, ...words.map(delta)], { durableSeq }));
}

Deno.test("[R2] withChunks() builds an answer from chunks that arrive in pieces", () => {
  const transcript = [
    chunks(1, OPENING),
    chunks(3, [delta("Hel")]),
    chunks(4, [delta("lo"), ...CLOSING]),
  ].reduce(withChunks, EMPTY_TRANSCRIPT);

  assertEquals(texts(transcript), ["Hello"]);
  assertEquals(transcript.lastSeq, 6);
});

Deno.test("[R3] withChunks() takes from an overlapping frame only what is new", () => {
  const transcript = withChunks(streamed(["a", "b"]), chunks(3, [delta("a"), delta("b"), delta("c")]));

  assertEquals(texts(transcript), ["abc"]);
  assertEquals(transcript.lastSeq, 5);
});

Deno.test("[R3] withChunks() leaves everything as it is when all chunks are held", () => {
  const transcript = streamed(["a", "b"]);

  assertStrictEquals(withChunks(transcript, chunks(3, [delta("a")])), transcript);
});

Deno.test("[R3] rewound() in the middle of a frame keeps the chunks below", () => {
  const transcript = rewound(streamed(["a", "b", "c", "d"]), 4);

  assertEquals(texts(transcript), ["ab"]);
  assertEquals(transcript.lastSeq, 4);
  assertEquals(texts(withChunks(transcript, chunks(5, [delta("X")], { epoch: 2 }))), ["abX"]);
});

Deno.test("[R3] rewound() may be applied twice to the same answer", () => {
  const once = withChunks(rewound(streamed(["a", "b", "c"]), 5), chunks(6, [delta("d")]));

  assertEquals(texts(rewound(once, 4)), ["ab"]);
});

Deno.test("[R3] rewound() forgets messages above its target", () => {
  const transcript = withMessage(streamed(["a"]), said(4, "Next"));

  assertEquals(texts(rewound(transcript, 3)), ["a"]);
});

Deno.test("[R3] rewound() into a message that came whole drops it and asks for it again", () => {
  const finished = { type: "message", epoch: 1, seq: 2, seqTo: 9, message: answer("Hello") } as const;
  const transcript = withMessage(withMessage(EMPTY_TRANSCRIPT, said(1, "Hi")), finished);

  const result = rewound(transcript, 5);

  assertEquals(texts(result), ["Hi"]);
  assertEquals(result.lastSeq, 1);
});

Deno.test("[K9] a finished message replaces its chunks in their place", () => {
  const queued = withMessage(streamed(["a"]), said(4, "Queued"));
  const finished = { type: "message", epoch: 1, seq: 1, seqTo: 8, message: answer("all of it") } as const;

  const transcript = withMessage(queued, finished);

  assertEquals(texts(transcript), ["all of it", "Queued"]);
  assertEquals(transcript.lastSeq, 8);
});

Deno.test("[K9] a message inside the range of a finished answer is not lost", () => {
  const finished = { type: "message", epoch: 1, seq: 1, seqTo: 8, message: answer("all of it") } as const;

  const transcript = withMessage(withMessage(EMPTY_TRANSCRIPT, finished), said(4, "Queued"));

  assertEquals(texts(transcript), ["all of it", "Queued"]);
  assertEquals(transcript.lastSeq, 8);
});

Deno.test("[R3] a late copy of a finished message does not undo newer chunks", () => {
  const transcript = streamed(["a", "b"]);

  const late = { type: "message", epoch: 1, seq: 1, seqTo: 3, message: answer("a") } as const;

  assertStrictEquals(withMessage(transcript, late), transcript);
});

Deno.test("a start chunk continues an answer that waited", () => {
  const waiting = { ...answer("Asking. "), metadata: { status: "waiting" as const } };
  const held = withMessage(EMPTY_TRANSCRIPT, {
    type: "message",
    epoch: 1,
    seq: 1,
    seqTo: 5,
    message: waiting,
  });

  const transcript = withChunks(held, chunks(6, [...OPENING, delta("Done.")]));

  assertEquals(texts(transcript), ["Asking. Done."]);
});

Deno.test("a start chunk begins an ended answer anew", () => {
  const ended = { type: "message", epoch: 1, seq: 1, seqTo: 5, message: answer("First try") } as const;

  const transcript = withChunks(
    withMessage(EMPTY_TRANSCRIPT, ended),
    chunks(6, [...OPENING, delta("Second")]),
  );

  assertEquals(texts(transcript), ["Second"]);
});

Deno.test("an answer of 10,000 chunks is built and rewound quickly", () => {
  let transcript = withChunks(EMPTY_TRANSCRIPT, chunks(1, OPENING));
  for (let seq = 3; seq < 10_003; seq++) transcript = withChunks(transcript, chunks(seq, [delta("x")]));

  assertEquals(texts(transcript)[0]?.length, 10_000);
  assertEquals(texts(rewound(transcript, 5_002))[0]?.length, 5_000);
});
