import { assertEquals } from "@std/assert";
import { messageOf } from "../store/memory/memory-database.ts";
import { createWorld, SESSION, type World } from "../testing/world.ts";
import { createScriptedModel, says } from "../turn/testing/scripted-model.ts";

const LONG = "Quite a long beginning";

function sessionOf({ database }: World) {
  return database.sessions.get(SESSION)!;
}

/** A worker begins the step, again where another one had begun it, and gets no further. */
async function speak(world: World, ...words: string[]) {
  if (sessionOf(world)) sessionOf(world).lease.expiresAt = world.clock.now();
  const model = createScriptedModel([[...says(...words), new Promise(() => {})]]);
  const socket = await world.addWorker({ model }).connect();
  if (words[0] === LONG) socket.say("Hi");
  await world.clock.advance(500);
  return socket;
}

function outcome(world: World) {
  const answer = sessionOf(world).events.findLast(({ role }) => role === "assistant");
  return [answer?.content, answer && messageOf(answer)?.metadata?.status];
}

Deno.test("[K13] a second takeover loses nothing of what the first worker had said", async () => {
  const world = createWorld();
  await speak(world, LONG);
  await speak(world, "Less");
  const socket = await speak(world);

  socket.cancel();
  await world.clock.advance(500);

  assertEquals(outcome(world), [LONG, "cancelled"]);
});

Deno.test("[K13] a cancel without a leader keeps what a restarted step had said", async () => {
  const world = createWorld();
  await speak(world, LONG);
  const socket = await speak(world);
  sessionOf(world).lease.expiresAt = world.clock.now();

  socket.cancel();
  await world.clock.advance(1_500);

  assertEquals(outcome(world), [LONG, "cancelled"]);
});

Deno.test("[K13] an answer that is given up keeps the most that any of its leaders had said", async () => {
  const world = createWorld();
  await speak(world, LONG);
  for (let attempt = 0; attempt < 5; attempt++) await speak(world);

  assertEquals(outcome(world), [LONG, "interrupted"]);
});
