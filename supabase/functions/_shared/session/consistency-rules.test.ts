import { assert, assertEquals } from "@std/assert";
import { textOf } from "../protocol/mod.ts";
import { sweepMemoryDatabase } from "../store/memory/sweep.ts";
import { createWorld, SESSION, type World } from "../testing/world.ts";
import { finishes, says, type Script } from "../turn/testing/scripted-model.ts";
import { addHeldWorker, addWorker, expireLease } from "./testing/held-worker.ts";

const hello: Script = [...says("Hel", "lo"), finishes()];

function sessionOf({ database }: World) {
  const session = database.sessions.get(SESSION);
  assert(session);
  return session;
}

function answersOf(world: World) {
  return sessionOf(world).events.filter(({ eventType }) => eventType === "assistant_message");
}

Deno.test("[K1] comings and goings take no seq, so that no reader sees a gap", async () => {
  const world = createWorld();
  const { connect } = addWorker(world, [hello]);
  const socket = await connect();
  const passing = await connect();
  await passing.leave(1006);
  socket.say("Hi");
  await world.clock.advance(500);
  await (await connect()).leave(1006);

  const { events, lease } = sessionOf(world);
  const system = events.filter(({ eventType }) => eventType === "system");
  assertEquals([system.length >= 5, system.every(({ seq }) => seq === null)], [true, true]);
  const spoken = socket.framesOf("chunks").at(-1);
  assertEquals(lease.lastSeq, spoken && spoken.seq + spoken.chunks.length - 1);
});

Deno.test("[K1] the sweep fences a silent leader before it ends its turn, and the leader takes its words back", async () => {
  const world = createWorld();
  const pause = Promise.withResolvers<void>();
  const silent = addHeldWorker(world, [[...says("Hel"), pause.promise, ...says("lo"), finishes()]]);
  const socket = await silent.connect();
  socket.say("Hi");
  await world.clock.advance(200);
  silent.hold("append request", "claim request", "read request");
  pause.resolve();

  for (const waitMs of [90_000, 2_000, 4_000]) {
    await world.clock.advance(waitMs);
    sweepMemoryDatabase(world.database);
  }
  silent.release();
  await world.clock.advance(3_000);

  assertEquals(sessionOf(world).lease.epoch >= 2, true);
  assertEquals(answersOf(world).map(({ content }) => content), ["Hel"]);
  assertEquals([...sessionOf(world).turns.values()].map(({ status }) => status), ["interrupted"]);
  const last = socket.framesOf("message").at(-1)?.message;
  assertEquals(last && [textOf(last), last.metadata?.status], ["Hel", "interrupted"]);
});

Deno.test("[K4] a leader that could not renew while Postgres was down goes on leading after its restart", async () => {
  const world = createWorld();
  const pause = Promise.withResolvers<void>();
  const leading = addHeldWorker(world, [[...says("Hel"), pause.promise, ...says("lo"), finishes()]]);
  const socket = await leading.connect();
  const following = await addWorker(world, [hello]).connect();
  socket.say("Hi");
  await world.clock.advance(200);
  leading.hold("append request");
  await world.clock.advance(9_000);
  world.database.serverStartedAt = world.clock.now();
  await world.clock.advance(4_000);

  assertEquals(sessionOf(world).lease.epoch, 1);
  leading.release();
  pause.resolve();
  await world.clock.advance(3_000);

  assertEquals(sessionOf(world).lease.epoch, 1);
  assertEquals(answersOf(world).map(({ content }) => content), ["Hello"]);
  assertEquals([socket, following].map((one) => one.framesOf("session.rewound").length), [0, 0]);
});

Deno.test("[K4] a lease whose leader died with Postgres is taken a full lease time after the restart", async () => {
  const world = createWorld();
  const dying = addHeldWorker(world, [[...says("Hel"), new Promise(() => {})]]);
  const socket = await dying.connect();
  const following = await addWorker(world, [hello]).connect();
  socket.say("Hi");
  await world.clock.advance(200);
  dying.hold("append request", "claim request", "read request");
  world.database.serverStartedAt = world.clock.now() + 5_000;
  await world.clock.advance(14_500);
  const before = sessionOf(world).lease.epoch;

  await world.clock.advance(3_000);

  assertEquals([before, sessionOf(world).lease.epoch], [1, 2]);
  assertEquals(following.framesOf("chunks").some(({ epoch }) => epoch === 2), true);
});

Deno.test("[K9] a follower that looks again only after the end of an answer shows the same as the leader's sockets", async () => {
  const world = createWorld();
  const leading = await addWorker(world, [hello]).connect();
  const remote = addHeldWorker(world, []);
  const following = await remote.connect();
  remote.hold("read answer");
  leading.say("Hi");
  await world.clock.advance(30_000);
  sweepMemoryDatabase(world.database);

  remote.release();
  await world.clock.advance(2_000);

  const last = following.framesOf("message").at(-1)?.message;
  assertEquals(last && textOf(last), leading.spokenText);
});

Deno.test("[K9] chunks are trimmed behind a follower that was away for long, and the message takes their place", async () => {
  const world = createWorld();
  const { connect } = addWorker(world, [hello]);
  const socket = await connect();
  socket.say("Hi");
  await world.clock.advance(500);
  const inside = socket.framesOf("chunks")[1]!;
  await world.clock.advance(61_000);
  sweepMemoryDatabase(world.database);
  assertEquals(sessionOf(world).buffer.length, 0);

  const back = await connect({ cursor: { epoch: 1, seq: inside.seq } });

  assertEquals(back.framesOf("message").map(({ message }) => textOf(message)), ["Hello"]);
});

Deno.test("[K10] a command whose worker died before its effect is applied by the next leader", async () => {
  const world = createWorld();
  const dying = addHeldWorker(world, [hello]);
  const socket = await dying.connect();
  dying.hold("append request", "claim request", "read request");
  const id = socket.say("Hi");
  await world.clock.advance(100);
  expireLease(world);

  const next = await addWorker(world, [hello]).connect();
  await world.clock.advance(2_000);

  assertEquals(next.framesOf("message")[0]?.message.id, id);
  assertEquals(answersOf(world).map(({ content }) => content), ["Hello"]);
});

Deno.test("[K10] a command whose effect is committed is settled, although its worker never heard so", async () => {
  const world = createWorld();
  const dying = addHeldWorker(world, [hello]);
  const socket = await dying.connect();
  dying.hold("append answer");
  const id = socket.say("Hi");
  await world.clock.advance(10);
  dying.hold("append request", "append answer", "claim request", "read request");
  expireLease(world);

  const next = await addWorker(world, [hello]).connect();
  next.command({ type: "message.create", id, text: "Hi" });
  await world.clock.advance(2_000);

  assertEquals(next.framesOf("command.accepted").map(({ duplicate }) => duplicate), [true]);
  assertEquals(sessionOf(world).events.filter(({ role }) => role === "user").length, 1);
  assertEquals(answersOf(world).map(({ content }) => content), ["Hello"]);
});

Deno.test("[K11] a silent model is cancelled from another worker within a fifth of a second", async () => {
  const world = createWorld();
  const leading = await addWorker(world, [[new Promise(() => {})]]).connect();
  const following = await addWorker(world, []).connect();
  leading.say("Hi");
  await world.clock.advance(5_000);

  following.cancel();
  await world.clock.advance(200);

  assertEquals(leading.chunks.at(-1)?.type, "abort");
  assertEquals([...sessionOf(world).turns.values()].map(({ status }) => status), ["cancelled"]);
});

Deno.test("[K11] with no leader alive the cancel itself ends the turn, and the leader cannot say another word", async () => {
  const world = createWorld();
  const pause = Promise.withResolvers<void>();
  const paused = addHeldWorker(world, [[...says("Hel"), pause.promise, ...says("lo"), finishes()]]);
  const socket = await paused.connect();
  socket.say("Hi");
  await world.clock.advance(200);
  paused.hold("append request", "claim request", "read request");
  await world.clock.advance(12_000);

  socket.cancel();
  await world.clock.advance(100);
  assertEquals([...sessionOf(world).turns.values()].map(({ status }) => status), ["cancelled"]);
  pause.resolve();
  paused.release();
  await world.clock.advance(3_000);

  assertEquals(answersOf(world).map(({ content }) => content), ["Hel"]);
});

Deno.test("[K16] drain leaves a running answer alone, unload hands it over, and it goes on", async () => {
  const world = createWorld();
  const retiring = addWorker(world, [[...says("Hel"), new Promise(() => {})]]);
  const socket = await retiring.connect();
  socket.say("Hi");
  await world.clock.advance(200);

  await retiring.worker.drain();
  assertEquals(socket.closed, null);
  await retiring.worker.leave();
  assertEquals(socket.closed?.code, 1012);
  await addWorker(world, [hello]).connect();
  await world.clock.advance(2_000);

  assertEquals(answersOf(world).map(({ content }) => content), ["Hello"]);
});
