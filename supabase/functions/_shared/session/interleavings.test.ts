import { assertEquals } from "@std/assert";
import type { Frame } from "../protocol/mod.ts";
import type { SessionStore } from "../store/session-store.ts";
import { sweepMemoryDatabase } from "../store/memory/sweep.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { createWorld, SESSION } from "../testing/world.ts";
import { createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";
import { addHeldWorker, addWorker, expireLease } from "./testing/held-worker.ts";

const hello: Script = [...says("Hel", "lo"), finishes()];

/** What a client holds of an answer: chunks by seq, rewinds applied. */
function heldText(socket: FakeSocket): string {
  const words = new Map<number, string>();
  const forget = (after: number) => words.forEach((_word, seq) => seq > after && words.delete(seq));
  for (const frame of socket.frames) apply(frame);
  return [...words].sort(([left], [right]) => left - right).map(([, word]) => word).join("");

  function apply(frame: Frame): void {
    if (frame.type === "session.rewound") forget(frame.rewindTo);
    if (frame.type !== "chunks") return;
    frame.chunks.forEach((chunk, index) => {
      if (chunk.type === "reset-step") words.clear();
      if (chunk.type === "text-delta") words.set(frame.seq + index, chunk.delta);
    });
  }
}

Deno.test("[K3] a socket that heard more than the log kept is rewound when its follower takes over", async () => {
  const world = createWorld();
  const dying = addHeldWorker(world, [[...says("Never", " kept"), new Promise(() => {})]]);
  const first = await dying.connect();
  first.say("Hi");
  await world.clock.advance(0);
  dying.hold("append request", "claim request");
  await world.clock.advance(10);
  const heard = first.framesOf("chunks").at(-1)!;
  const keptSeq = world.database.sessions.get(SESSION)?.lease.lastSeq ?? 0;
  assertEquals(first.spokenText, "Never kept");

  const second = await addWorker(world, [hello]).connect({
    cursor: { epoch: 1, seq: heard.seq + heard.chunks.length - 1 },
  });
  await world.clock.advance(15_000);

  assertEquals(second.framesOf("session.rewound").map(({ epoch, rewindTo }) => [epoch, rewindTo]), [[
    2,
    keptSeq,
  ]]);
  assertEquals(heldText(second), "Hello");
});

Deno.test("[K3] a takeover during a replay rewinds what the client brought along", async () => {
  const world = createWorld();
  const dying = addHeldWorker(world, [[...says("Never", " kept"), new Promise(() => {})]]);
  const first = await dying.connect();
  first.say("Hi");
  await world.clock.advance(0);
  dying.hold("append request", "claim request");
  await world.clock.advance(10);
  const heard = first.framesOf("chunks").at(-1)!;
  const keptSeq = world.database.sessions.get(SESSION)?.lease.lastSeq ?? 0;
  const next = addHeldWorker(world, [hello]);
  next.hold("read answer");
  const second = await next.connect({ cursor: { epoch: 1, seq: heard.seq + heard.chunks.length - 1 } });
  expireLease(world);
  const third = await addWorker(world, [hello]).connect();
  await world.clock.advance(1_000);

  next.release();
  await world.clock.advance(3_000);

  assertEquals(heldText(third), "Hello");
  assertEquals(second.framesOf("session.rewound").map(({ epoch, rewindTo }) => [epoch, rewindTo]), [[
    2,
    keptSeq,
  ]]);
  assertEquals(second.framesOf("message").at(-1)?.message.metadata?.status, "completed");
});

Deno.test("[R3] a question asked during an answer reaches those who follow from afar", async () => {
  const world = createWorld();
  const leading = await addWorker(world, [hello, hello]).connect();
  const following = await addWorker(world, []).connect();

  const first = leading.say("One");
  const second = leading.say("Two");
  await world.clock.advance(2_000);

  const messages = following.framesOf("message").map(({ message }) => message);
  assertEquals(messages.filter(({ role }) => role === "user").map(({ id }) => id), [first, second]);
});

Deno.test("[R3] [K9] a question is replayed before the longer answer around it, so that no cursor skips it", async () => {
  const world = createWorld();
  const { connect } = addWorker(world, [hello, hello]);
  const socket = await connect();
  socket.say("One");
  socket.say("Two");
  await world.clock.advance(2_000);

  const frames = (await connect({ cursor: { epoch: 1, seq: 1 } })).framesOf("message");

  const ends = frames.map(({ seq, seqTo = seq }) => seqTo);
  assertEquals(ends, ends.toSorted((left, right) => left - right));
  assertEquals(frames.map(({ message }) => message.role), ["user", "assistant", "assistant"]);
  assertEquals(frames[0]?.after, frames[0]?.seq === 2 ? undefined : 1);
});

Deno.test("[K2] what a worker committed in its last moment reaches its sockets once it follows", async () => {
  const world = createWorld();
  const late = addHeldWorker(world, [hello]);
  const socket = await late.connect();
  late.hold("append answer");
  socket.say("Hi");
  await world.clock.advance(1);
  late.hold("append answer", "append request", "claim request", "read request");
  await world.clock.advance(11_000);
  await addWorker(world, [hello]).connect();

  late.release();
  await world.clock.advance(3_000);

  assertEquals(socket.framesOf("message").filter(({ message }) => message.role === "user").length, 1);
});

Deno.test("[R5] [K10] a command is applied once, although the lease went and came back before its answer", async () => {
  const world = createWorld();
  const first = addHeldWorker(world, [hello, hello]);
  const socket = await first.connect();
  first.hold("submit answer");
  socket.say("Hi");
  await world.clock.advance(1);
  expireLease(world);
  const second = addWorker(world, [hello]);
  await second.connect();
  await world.clock.advance(2_000);
  await second.worker.leave();
  await world.clock.advance(3_000);

  first.release();
  await world.clock.advance(3_000);

  const session = world.database.sessions.get(SESSION);
  assertEquals(session?.events.filter(({ eventType }) => eventType === "user_message").length, 1);
  assertEquals(session?.turns.size, 1);
  assertEquals(socket.framesOf("command.accepted").length, 1);
});

Deno.test("[K10] a command that was put on record by a follower and refused by the leader is told to its sender", async () => {
  const world = createWorld();
  const leading = await addWorker(world, [[...says("Hel"), new Promise(() => {})]]).connect();
  const following = await addWorker(world, []).connect();
  leading.say("One");
  await world.clock.advance(500);

  following.say("Two", "reject");
  await world.clock.advance(3_000);

  assertEquals(following.framesOf("command.accepted").length, 1);
  assertEquals(following.errorCodes, ["busy"]);
});

Deno.test("[K5] an end that took place is told to its sender, who came back because the word was lost", async () => {
  const world = createWorld();
  const { connect } = addWorker(world, [hello]);
  const socket = await connect();
  socket.say("Hi");
  await world.clock.advance(500);
  const end = { type: "session.end", id: "99999999-0000-4000-8000-000000000009" } as const;
  socket.command(end);
  await world.clock.advance(500);

  const back = await connect({ cursor: { epoch: 1, seq: 1 } });
  back.command(end);
  await world.clock.advance(500);

  assertEquals(back.framesOf("command.accepted").map(({ duplicate }) => duplicate), [true]);
  assertEquals(back.closed?.code, 4410);
});

Deno.test("[K5] sockets that were taken for gone are sent away to return, not told of an end", async () => {
  const world = createWorld();
  const { connect } = addWorker(world, [hello]);
  const socket = await connect();
  socket.say("Hi");
  await world.clock.advance(500);
  world.database.sessions.get(SESSION)?.attachments.clear();

  sweepMemoryDatabase(world.database);
  await world.clock.advance(31_000);
  sweepMemoryDatabase(world.database);
  await world.clock.advance(2_000);

  assertEquals(world.database.sessions.get(SESSION)?.status, "ended");
  assertEquals([socket.framesOf("session.ended").length, socket.closed?.code], [0, 1012]);
});

Deno.test("[R5] a command that the database misses at first is not overtaken by the next one", async () => {
  const world = createWorld();
  let failures = 2;
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    submitCommand: (request) =>
      failures-- > 0 ? Promise.reject(new Error("The connection was lost")) : store.submitCommand(request),
  });
  const { connect } = world.addWorker({ model: createScriptedModel([hello, hello]), wrapStore });
  const socket = await connect();

  const ids = [socket.say("One"), socket.say("Two")];
  await world.clock.advance(3_000);

  const asked = world.database.sessions.get(SESSION)?.events.filter(({ role }) => role === "user") ?? [];
  assertEquals(asked.map(({ data }) => (data.message as { id: string }).id), ids);
});

Deno.test("[R5] a connection whose command cannot be put on record closes, so that nothing overtakes it", async () => {
  const world = createWorld();
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    submitCommand: () => Promise.reject(new Error("The connection was lost")),
  });
  const { connect } = world.addWorker({ model: createScriptedModel([]), wrapStore });
  const socket = await connect();

  socket.say("One");
  socket.say("Two");
  await world.clock.advance(3_000);

  assertEquals([socket.errorCodes, socket.closed?.code], [["storage_unavailable"], 1011]);
});

Deno.test("[R5] a command left to the inbox while its worker came to lead is not overtaken by the next one", async () => {
  const world = createWorld();
  const leading = addWorker(world, []);
  await leading.connect();
  const following = addHeldWorker(world, [hello, hello]);
  const socket = await following.connect();
  following.hold("submit request");
  const ids = [socket.say("One"), socket.say("Two")];
  await leading.worker.leave();
  await world.clock.advance(2_500);

  following.release();
  await world.clock.advance(3_000);

  const asked = world.database.sessions.get(SESSION)?.events.filter(({ role }) => role === "user") ?? [];
  assertEquals(asked.map(({ data }) => (data.message as { id: string }).id), ids);
});

Deno.test("[K5] an end whose answer is lost ends its worker's part though somebody reopened the session", async () => {
  const world = createWorld();
  const answer = Promise.withResolvers<void>();
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    async append(request) {
      const outcomes = await store.append(request);
      if (request.batches.some(({ end }) => end)) await answer.promise;
      return outcomes;
    },
  });
  const leading = world.addWorker({ model: createScriptedModel([]), wrapStore });
  const [sender, other] = [await leading.connect(), await leading.connect()];
  sender.end();
  await world.clock.advance(1_000);
  const model = createScriptedModel([[...says("Again"), finishes()]]);
  const back = await world.addWorker({ model }).connect();

  await world.clock.advance(5_000);
  answer.resolve();
  await world.clock.advance(5_000);
  back.say("Hi");
  await world.clock.advance(2_000);

  assertEquals([sender.closed?.code, other.closed?.code, back.closed], [4410, 4410, null]);
  assertEquals(sender.framesOf("session.ended").map(({ reason }) => reason), ["ended_by_user"]);
  assertEquals([back.spokenText, back.errorCodes], ["Again", []]);
});

Deno.test("[K3] a leader that lost its place leads on under a new epoch, so that no cursor mixes two histories", async () => {
  const world = createWorld();
  const begins = Promise.withResolvers<void>();
  let isGap = false;
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    append(request) {
      if (!isGap || request.batches.every(({ chunkRuns }) => chunkRuns.length === 0)) {
        return store.append(request);
      }
      isGap = false;
      return Promise.resolve(
        request.batches.map(({ sessionId, seqFrom }) => ({
          sessionId,
          outcome: "gap",
          lastSeq: seqFrom - 1,
        })),
      );
    },
  });
  const model = createScriptedModel([
    [...says("Kept "), begins.promise, ...says("never ", "kept"), new Promise(() => {})],
    [...says("Again ", "from ", "the ", "start"), finishes()],
  ]);
  const worker = world.addWorker({ model, wrapStore });
  const socket = await worker.connect();
  socket.say("Hi");
  await world.clock.advance(500);
  isGap = true;
  begins.resolve();
  await world.clock.advance(20);
  const last = socket.framesOf("chunks").at(-1)!;
  const cursor = { epoch: last.epoch, seq: last.seq + last.chunks.length - 1 };
  await socket.leave();
  await world.clock.advance(400);

  const back = await worker.connect({ cursor });
  await world.clock.advance(5_000);

  const rewinds = back.framesOf("session.ready").flatMap(({ resume }) =>
    "rewindTo" in resume ? [resume.rewindTo] : []
  );
  const told = back.framesOf("session.rewound").map(({ rewindTo }) => rewindTo);
  assertEquals([...rewinds, ...told].some((seq) => seq < cursor.seq), true);
  assertEquals((world.database.sessions.get(SESSION)?.lease.epoch ?? 0) > 1, true);
});
