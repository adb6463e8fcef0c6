import { assert, assertEquals, assertLess } from "@std/assert";
import { type Chunk, encodeFrame, type Frame } from "../protocol/mod.ts";
import { SharedFrame } from "../session/listener.ts";
import { createManualClock } from "../session/testing/manual-clock.ts";
import { FakeSocket } from "../testing/fake-socket.ts";
import { Backlog } from "./backlog.ts";
import { Outbound } from "./outbound.ts";
import { parleyProfile } from "./parley-profile.ts";
import { createPlainProfile } from "./plain-profile.ts";
import type { Profile } from "./profile.ts";

const BEHIND = 65 * 1024;

function arrange() {
  const clock = createManualClock();
  const backlog = new Backlog({ clock });
  function open(profile: Profile = parleyProfile) {
    const socket = new FakeSocket({ createId: () => "id" });
    let tooSlowCount = 0;
    const outbound = new Outbound({ socket, profile, backlog, clock, onTooSlow: () => tooSlowCount++ });
    return {
      socket,
      outbound,
      speak: (...frames: Frame[]) => frames.forEach((frame) => outbound.speak(toShared(frame))),
      get tooSlowCount() {
        return tooSlowCount;
      },
    };
  }
  return { clock, backlog, open };
}

function toShared(frame: Frame): SharedFrame {
  return new SharedFrame(frame, 0, encodeFrame);
}

function says(seq: number, delta: string, { epoch = 1, messageId = "answer" } = {}): Frame {
  const chunks = [{ type: "text-delta" as const, id: "t", delta }];
  return { type: "chunks", epoch, seq, durableSeq: seq - 1, turnId: "turn", messageId, chunks };
}

const start: Frame = { ...says(1, ""), type: "chunks", chunks: [{ type: "start" }] } as Frame;

Deno.test("[R13] a reader that keeps up gets every frame as it was said", () => {
  const { socket, speak } = arrange().open();

  speak(says(1, "a"), says(2, "b"));

  assertEquals(socket.frames, [says(1, "a"), says(2, "b")]);
});

Deno.test("[R13] what a reader that is behind has missed comes in fewer frames, in order", async () => {
  const { clock, open } = arrange();
  const { socket, outbound, speak } = open();
  socket.bufferedAmount = BEHIND;
  const shared = toShared(says(1, "a"));

  outbound.speak(shared);
  speak(says(2, "b"), says(3, "c"));
  outbound.send({ type: "pong" });
  speak(says(4, "d"), says(5, "e", { epoch: 2 }), says(6, "f", { epoch: 2, messageId: "next" }));
  await clock.advance(100);
  assertEquals(socket.frames, []);
  socket.read();
  await clock.advance(100);

  const seqs = socket.frames.map((frame) => frame.type === "chunks" ? [frame.seq, frame.chunks.length] : 0);
  assertEquals(seqs, [[1, 3], 0, [4, 1], [5, 1], [6, 1]]);
  assertEquals(socket.framesOf("chunks")[0]?.durableSeq, 2);
  assertEquals(shared.frame, says(1, "a"));
});

Deno.test("[R13] a frame that waits for several readers is encoded once, to be measured and to be sent", async () => {
  const { clock, open } = arrange();
  const readers = [open(), open()];
  let encodingCount = 0;
  const output = { toJSON: () => ++encodingCount };
  const chunk: Chunk = { type: "tool-output-available", toolCallId: "call", output };
  const shared = toShared({ ...says(1, ""), type: "chunks", chunks: [chunk] } as Frame);

  for (const { socket, outbound } of readers) {
    socket.bufferedAmount = BEHIND;
    outbound.speak(shared);
    socket.read();
  }
  await clock.advance(100);

  const heard = readers.flatMap(({ socket }) => socket.chunks);
  assertEquals(heard, [{ ...chunk, output: 1 }, { ...chunk, output: 1 }]);
});

Deno.test("[R13] the plain profile joins the tokens for a reader that is behind", async () => {
  const { clock, open } = arrange();
  const { socket, speak } = open(createPlainProfile({ createId: () => "id" }));

  speak(start, says(2, "One "));
  socket.bufferedAmount = BEHIND;
  speak(says(3, "two "), says(4, "three"));
  socket.read();
  await clock.advance(100);
  speak(says(5, "."));

  assertEquals(socket.plainFrames.map((frame) => frame.type === "token" ? frame.token : frame.type), [
    "start",
    "One ",
    "two three",
    ".",
  ]);
});

Deno.test("[R11] a reader too far behind is sent away once, and what waited for it is gone", async () => {
  const { clock, backlog, open } = arrange();
  const reader = open();
  reader.socket.readsAtOnce = false;

  for (let seq = 1; seq <= 1_200; seq++) {
    reader.speak(says(seq, "x".repeat(1_000)));
    await clock.advance(1);
    assertLess(reader.socket.bufferedAmount, 128 * 1024, "the runtime gives nothing back");
    assertLess(backlog.size, 1024 * 1024);
  }
  await clock.advance(1_000);

  assertEquals(reader.tooSlowCount, 1);
  assertEquals(backlog.size, 0);
});

Deno.test("[R11] a burst that leaves the runtime no time to send does not count against its reader", async () => {
  const { clock, open } = arrange();
  const reader = open();
  reader.socket.readsAtOnce = false;

  for (let seq = 1; seq <= 2_000; seq++) reader.speak(says(seq, "x".repeat(1_000)));
  while (
    reader.socket.frames.length < 2_000 && reader.tooSlowCount === 0 && reader.socket.bufferedAmount > 0
  ) {
    reader.socket.read();
    await clock.advance(1);
  }

  assertEquals(reader.tooSlowCount, 0);
  assertEquals(reader.socket.chunks.length, 2_000);
});

Deno.test("[R11] all readers share one budget, and the one furthest behind goes first", () => {
  const { backlog, open } = arrange();
  const readers = Array.from({ length: 6 }, () => open());
  const worst = readers[3]!;

  readers.forEach(({ socket }) => socket.bufferedAmount = BEHIND);
  worst.speak(says(1, "x".repeat(900_000)));
  for (const reader of readers.filter((reader) => reader !== worst)) {
    reader.speak(says(1, "x".repeat(800_000)));
    assert(backlog.size <= 4 * 1024 * 1024);
  }

  assertEquals(readers.map(({ tooSlowCount }) => tooSlowCount), [0, 0, 0, 1, 0, 0]);
});

Deno.test("[R11] a reader that reads nothing is sent away in bounded time, one that reads slowly is not", async () => {
  const { clock, open } = arrange();
  const frozen = open();
  const slow = open();
  for (const { socket, speak } of [frozen, slow]) {
    socket.bufferedAmount = 200 * 1024;
    speak(says(1, "waits"));
  }

  for (let second = 0; second < 60; second++) {
    slow.socket.read(1_000);
    await clock.advance(1_000);
  }

  assertEquals([frozen.tooSlowCount, slow.tooSlowCount], [1, 0]);
  assertEquals(slow.socket.frames, []);
});

Deno.test("[R11] a message larger than the limit does not count against its reader", () => {
  const reader = arrange().open();
  reader.socket.readsAtOnce = false;

  reader.speak(says(1, "x".repeat(2_000_000)), says(2, "and more"));

  assertEquals(reader.tooSlowCount, 0);
});

Deno.test("hasRoom() waits until the reader has caught up, and is false once it is gone", async () => {
  const { clock, open } = arrange();
  const { socket, outbound } = open();
  assertEquals(await outbound.hasRoom(), true);
  const heard: boolean[] = [];

  socket.bufferedAmount = BEHIND;
  outbound.hasRoom().then((hasRoom) => heard.push(hasRoom));
  await clock.advance(1_000);
  assertEquals(heard, []);
  socket.read();
  await clock.advance(100);
  assertEquals(heard, [true]);

  socket.bufferedAmount = BEHIND;
  outbound.hasRoom().then((hasRoom) => heard.push(hasRoom));
  outbound.close();
  await clock.advance(0);
  assertEquals(heard, [true, false]);
});

Deno.test("finish() says everything that waited before its own frame", async () => {
  const { clock, open } = arrange();
  const { socket, outbound, speak } = open();
  let isSaid = false;
  socket.bufferedAmount = BEHIND;

  speak(says(1, "a"));
  outbound.finish({ type: "pong" }, () => isSaid = true);
  await clock.advance(100);
  assertEquals([isSaid, socket.frames.length], [false, 0]);
  socket.read();
  await clock.advance(100);

  assertEquals([isSaid, socket.frames], [true, [says(1, "a"), { type: "pong" }]]);
});

/** A reader that is behind when its last frame is said; the texts that it was sent are counted before and after. */
function finishBehind({ waiting = 1 }: { waiting?: number } = {}) {
  const { clock, open } = arrange();
  const reader = open();
  const { socket, outbound, speak } = reader;
  socket.bufferedAmount = BEHIND;
  for (let count = 0; count < waiting; count++) speak(says(2 * count + 1, "x".repeat(50_000)));
  socket.readsAtOnce = false;
  let isSaid = false;
  outbound.finish({ type: "pong" }, () => isSaid = true);
  return { clock, reader, socket, isSaid: () => isSaid };
}

Deno.test("[R11] a last frame is not said to a reader that has stopped reading: it is too slow instead", async () => {
  const { clock, reader, socket, isSaid } = finishBehind();

  await clock.advance(4_900);
  assertEquals(reader.tooSlowCount, 0);
  await clock.advance(200);

  assertEquals([reader.tooSlowCount, isSaid(), socket.frames], [1, false, []]);
});

Deno.test("[R11] a last frame waits for a reader that goes on reading", async () => {
  const { clock, reader, socket, isSaid } = finishBehind({ waiting: 8 });

  for (let tenth = 0; tenth < 500 && !isSaid(); tenth++) {
    socket.read(1_000);
    await clock.advance(100);
  }

  assertEquals([reader.tooSlowCount, isSaid()], [0, true]);
  assertEquals(socket.frames.map(({ type }) => type), [...Array(8).fill("chunks"), "pong"]);
});

Deno.test("[R11] a last frame waits for no reader longer than a minute", async () => {
  const { clock, reader, socket, isSaid } = finishBehind();

  for (let second = 0; second < 61; second++) {
    socket.read(1);
    await clock.advance(1_000);
  }

  assertEquals([reader.tooSlowCount, isSaid()], [1, false]);
});

Deno.test("a last frame is said to a stalled reader to whom all others have been sent", async () => {
  const { clock, reader, socket, isSaid } = finishBehind({ waiting: 0 });

  await clock.advance(5_100);

  assertEquals([reader.tooSlowCount, isSaid(), socket.frames], [0, true, [{ type: "pong" }]]);
});

Deno.test("[R11] a reader that waits for its last frame counts against the budget like any other", () => {
  const { open } = arrange();
  const readers = Array.from({ length: 6 }, () => open());
  readers.forEach(({ socket }) => socket.bufferedAmount = BEHIND);
  const [leaving, ...others] = readers;
  let isSaid = false;

  leaving?.speak(says(1, "x".repeat(900_000)));
  leaving?.outbound.finish({ type: "pong" }, () => isSaid = true);
  for (const reader of others) reader.speak(says(1, "x".repeat(800_000)));

  assertEquals([leaving?.tooSlowCount, isSaid], [1, false]);
});
