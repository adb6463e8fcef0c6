import { assert, assertEquals } from "@std/assert";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { createWorld, SESSION } from "../testing/world.ts";
import { createScriptedModel, finishes, says } from "../turn/testing/scripted-model.ts";

const WORDS = Array.from({ length: 40 }, (_, index) => `${index} ${"w".repeat(8_000)}`);
const TEXT = WORDS.join("");

/** A session of two connections, one of them far behind, that the other has just ended. */
async function arrange() {
  const world = createWorld();
  const worker = world.addWorker({ model: createScriptedModel([[...says(...WORDS), finishes()]]) });
  const slow = await worker.connect({ readsAtOnce: false });
  const other = await worker.connect();
  slow.say("Hi");
  await world.clock.advance(1_000);
  other.end();
  await world.clock.advance(500);
  assertEquals([other.spokenText, other.closed?.code], [TEXT, 4410]);
  return { ...world, ...worker, slow, other, session: world.database.sessions.get(SESSION)! };
}

function cursorOf(socket: FakeSocket) {
  const frames = socket.frames.filter((frame) => frame.type === "chunks" || frame.type === "message");
  const last = frames.at(-1);
  assert(last);
  const seq = last.type === "chunks" ? last.seq + last.chunks.length - 1 : last.seqTo ?? last.seq;
  return { epoch: last.epoch, seq };
}

Deno.test("[R11] a reader that is behind when its session ends hears all of it, and then that it has ended", async () => {
  const { clock, slow } = await arrange();

  for (let tenth = 0; tenth < 500 && !slow.closed; tenth++) {
    slow.read(2_000);
    await clock.advance(100);
  }

  assertEquals(slow.spokenText, TEXT);
  assertEquals(slow.frames.slice(-2).map(({ type }) => type), ["session.ended", "connection.closing"]);
  assertEquals(slow.closed?.code, 4410);
});

Deno.test("[R11] a reader that stalls while its session ends is told to come back, and never that it may stay away", async () => {
  const { clock, slow } = await arrange();

  await clock.advance(10_000);

  assertEquals(slow.closed?.code, 4413);
  const told = slow.framesOf("connection.closing").map(({ code }) => code);
  assertEquals([told, slow.framesOf("session.ended")], [[4413], []]);
  assert(slow.spokenText.length < TEXT.length);
});

Deno.test("[R3] its return brings the rest, and the ending stands when it leaves with nothing said", async () => {
  const { clock, slow, connect, session } = await arrange();
  const { endTime, endReason } = session;
  await clock.advance(10_000);

  const back = await connect({ cursor: cursorOf(slow) });
  await clock.advance(100);
  const [answer] = back.framesOf("message").filter(({ message }) => message.role === "assistant");
  assertEquals(answer?.message.parts.flatMap((part) => part.type === "text" ? [part.text] : []), [TEXT]);
  assertEquals(session.status, "active");
  await back.leave(1000);
  await clock.advance(1_000);

  assertEquals(session.status, "ended");
  assertEquals([session.endTime, session.endReason, session.jobs.length], [endTime, endReason, 1]);
});

Deno.test("[R5] a sender of an end that stalled says it again on its return, and hears that it took place", async () => {
  const world = createWorld();
  const { connect } = world.addWorker({ model: createScriptedModel([[...says(...WORDS), finishes()]]) });
  const slow = await connect({ readsAtOnce: false });
  slow.say("Hi");
  await world.clock.advance(1_000);
  const end = { type: "session.end" as const, id: crypto.randomUUID() };
  slow.command(end);
  await world.clock.advance(10_000);
  assertEquals(slow.closed?.code, 4413);

  const back = await connect({ cursor: cursorOf(slow) });
  back.command(end);
  await world.clock.advance(1_000);

  assertEquals(back.closed?.code, 4410);
  assertEquals(back.framesOf("message").length, 1);
});

/** A session with a history of many pages, written by one connection. */
async function arrangeHistory() {
  const world = createWorld();
  const texts = Array.from({ length: 10 }, (_, index) => `${index} ${"x".repeat(100_000)}`);
  const model = createScriptedModel(texts.map((text) => [...says(text), finishes()]));
  const worker = world.addWorker({ model });
  const writer = await worker.connect();
  for (const _text of texts) {
    writer.say("Hi");
    await world.clock.advance(1_000);
  }
  return { ...world, ...worker, writer, texts };
}

function answersOf(socket: FakeSocket): string[] {
  return socket.framesOf("message").filter(({ message }) => message.role === "assistant")
    .flatMap(({ message }) => message.parts.flatMap((part) => part.type === "text" ? [part.text] : []));
}

async function readOn(socket: FakeSocket, clock: { advance(ms: number): Promise<void> }): Promise<void> {
  for (let tenth = 0; tenth < 500 && !socket.closed; tenth++) {
    socket.read(30_000);
    await clock.advance(100);
  }
}

Deno.test("[R4] a session that ends during a replay says so after it", async () => {
  const { clock, connect, writer, texts } = await arrangeHistory();
  const slow = await connect({ readsAtOnce: false });

  writer.end();
  await clock.advance(500);
  assertEquals([writer.closed?.code, slow.closed], [4410, null]);
  await readOn(slow, clock);

  assertEquals(answersOf(slow), texts);
  assertEquals(slow.frames.slice(-2).map(({ type }) => type), ["session.ended", "connection.closing"]);
  assertEquals(slow.closed?.code, 4410);
});

Deno.test("[R4] a sender that says its end again during its replay hears all of it first", async () => {
  const { clock, connect, writer, texts } = await arrangeHistory();
  const end = { type: "session.end" as const, id: crypto.randomUUID() };
  writer.command(end);
  await clock.advance(500);

  const back = await connect({ readsAtOnce: false });
  back.command(end);
  await readOn(back, clock);

  assertEquals(answersOf(back), texts);
  assertEquals(back.closed?.code, 4410);
});
