import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { encodeFrame, type Frame } from "../protocol/mod.ts";
import type { SessionStore } from "../store/session-store.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { createWorld, SESSION } from "../testing/world.ts";
import { createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";
import { Attachment } from "./attachment.ts";
import { type Listener, SharedFrame } from "./listener.ts";

const ANSWER_SIZE = 100_000;

/** A session with that many long answers in its log, and a worker that counts the pages it reads. */
async function arrange({ answers, next = [] }: { answers: number; next?: Script[] }) {
  const world = createWorld();
  const history: Script[] = Array.from(
    { length: answers },
    (_, index) => [...says(`${index} `, "x".repeat(ANSWER_SIZE)), finishes()],
  );
  let pageCount = 0;
  let isFailing = false;
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    readLog(request) {
      pageCount++;
      if (isFailing) return Promise.reject(new Error("lost"));
      return store.readLog(request);
    },
  });
  const worker = world.addWorker({ model: createScriptedModel([...history, ...next]), wrapStore });
  const writer = await worker.connect();
  for (let turn = 0; turn < answers; turn++) {
    writer.say(`Question ${turn}`);
    await world.clock.advance(1_000);
  }
  pageCount = 0;
  return { ...world, ...worker, writer, pageCount: () => pageCount, fail: () => isFailing = true };
}

/** Plays a line of that speed, and returns the most that was unread at any time. */
async function readSlowly(
  socket: FakeSocket,
  { clock, bytesPerSecond, isDone }: {
    clock: { advance(ms: number): Promise<void> };
    bytesPerSecond: number;
    isDone(): boolean;
  },
): Promise<number> {
  let mostUnread = 0;
  for (let tenth = 0; tenth < 1_000 && !isDone() && socket.isOpen; tenth++) {
    mostUnread = Math.max(mostUnread, socket.bufferedAmount);
    socket.read(bytesPerSecond / 10);
    await clock.advance(100);
  }
  return mostUnread;
}

/** The seqs of the stream as this socket got them, messages with their whole range. */
function seqsOf(socket: FakeSocket): number[] {
  return socket.frames.flatMap((frame) => {
    if (frame.type === "message") {
      const { seq, seqTo = seq } = frame;
      return Array.from({ length: seqTo - seq + 1 }, (_, index) => seq + index);
    }
    return frame.type === "chunks" ? frame.chunks.map((_chunk, index) => frame.seq + index) : [];
  });
}

Deno.test("[R11] a long history comes whole to a slow reader, page by page, and fills no memory", async () => {
  const { connect, clock, pageCount, database } = await arrange({ answers: 50 });
  const slow = await connect({ readsAtOnce: false });
  const lastSeq = database.sessions.get(SESSION)?.lease.lastSeq ?? 0;
  assertLess(pageCount(), 3);

  const mostUnread = await readSlowly(slow, {
    clock,
    bytesPerSecond: 500_000,
    isDone: () => seqsOf(slow).length === lastSeq,
  });

  assertEquals(slow.closed, null);
  assertEquals(seqsOf(slow), Array.from({ length: lastSeq }, (_, index) => index + 1));
  assertLess(mostUnread, 64 * 1024 + 1.1 * ANSWER_SIZE);
});

Deno.test("[R11] a reader that freezes during its replay is sent away in bounded time, little of it read", async () => {
  const { connect, clock, pageCount } = await arrange({ answers: 20 });
  const frozen = await connect({ readsAtOnce: false });

  await clock.advance(35_000);

  assertEquals(frozen.closed?.code, 4413);
  assertEquals(frozen.frames.at(-1)?.type, "connection.closing");
  assertLess(pageCount(), 3);
});

Deno.test("[R4] what is said during a slow replay follows it whole, once and in order, from the log if need be", async () => {
  const words = Array.from({ length: 2_000 }, (_, index) => `word ${index} ${"y".repeat(100)} `);
  const { connect, clock, writer, database } = await arrange({
    answers: 10,
    next: [[...says(...words), finishes()]],
  });
  const slow = await connect({ readsAtOnce: false });

  writer.say("Say a lot");
  await clock.advance(2_000);
  assertEquals(writer.chunks.at(-1)?.type, "finish");
  const lastSeq = database.sessions.get(SESSION)?.lease.lastSeq ?? 0;
  await readSlowly(slow, { clock, bytesPerSecond: 300_000, isDone: () => seqsOf(slow).includes(lastSeq) });

  assertEquals(slow.closed, null);
  assertEquals(seqsOf(slow), Array.from({ length: lastSeq }, (_, index) => index + 1));
});

Deno.test("[R6] a reader can stop an answer while its own replay is still on its way", async () => {
  const { connect, clock, writer } = await arrange({
    answers: 10,
    next: [[...says("One"), new Promise<never>(() => {})]],
  });
  writer.say("Say something");
  await clock.advance(100);
  const slow = await connect({ readsAtOnce: false });

  slow.cancel();
  await clock.advance(200);

  assertEquals(writer.chunks.at(-1)?.type, "abort");
  assertGreater(slow.bufferedAmount, 0);
});

Deno.test("a replay that breaks off ends the connection, which comes back for the rest", async () => {
  const { connect, clock, fail } = await arrange({ answers: 10 });
  const slow = await connect({ readsAtOnce: false });

  fail();
  await readSlowly(slow, { clock, bytesPerSecond: 1_000_000, isDone: () => false });

  assertEquals(slow.errorCodes, ["storage_unavailable"]);
  assertEquals(slow.closed?.code, 1011);
});

Deno.test("a worker that leaves does not wait for a slow replay", async () => {
  const { connect, clock, worker } = await arrange({ answers: 10 });
  const slow = await connect({ readsAtOnce: false });
  let hasLeft = false;

  worker.leave().then(() => hasLeft = true);
  await clock.advance(1_000);
  assert(hasLeft);
  slow.read();
  await clock.advance(1_000);

  assertEquals(slow.closed?.code, 1012);
});

Deno.test("[K2] what is undone during a replay is taken back after it, and said anew", () => {
  const heard: Frame[] = [];
  const listener: Listener = {
    connectionId: "connection",
    credentials: { userId: "user", accessToken: "token", expiresAt: Infinity },
    wantsHistory: true,
    send: (frame) => heard.push(frame),
    speak: ({ frame }) => heard.push(frame),
    hasRoom: () => Promise.resolve(true),
    close: () => {},
  };
  const attachment = new Attachment(listener, 10);
  const retold: Frame = {
    ...{ type: "chunks", epoch: 2, seq: 8, durableSeq: 8, turnId: "turn", messageId: "answer" },
    chunks: [{ type: "reset-step" }],
  };

  attachment.rewind({ epoch: 2, rewindTo: 7, lostEpoch: 1 });
  attachment.speak(new SharedFrame(retold, 8, encodeFrame));
  attachment.open({ replayedSeq: 10, epoch: 1 });

  assertEquals(heard, [{ type: "session.rewound", epoch: 2, rewindTo: 7 }, retold]);
});
