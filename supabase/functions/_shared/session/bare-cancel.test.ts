import { assert, assertEquals } from "@std/assert";
import { createWorld, SESSION, type World } from "../testing/world.ts";
import { createOrderTool } from "../turn/testing/order-tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";

const forEver: Script[number] = new Promise(() => {});
const orders: Script = [...calls("c1", "order", {}), finishes("tool-calls")];

/** Stop, as a client sends it that does not say what. */
const cancel = () => ({ type: "turn.cancel", id: crypto.randomUUID() }) as const;

function sessionOf({ database }: World) {
  const session = database.sessions.get(SESSION);
  assert(session);
  return session;
}

const statuses = (world: World) => [...sessionOf(world).turns.values()].map(({ status }) => status);
const targets = (world: World) =>
  sessionOf(world).commands.flatMap(({ command, targetTurnId }) =>
    command.type === "turn.cancel" ? [targetTurnId] : []
  );

/** The first answer has its approval and waits in line, while the second one speaks. */
async function arrange() {
  const world = createWorld();
  const begins = Promise.withResolvers<void>();
  const model = createScriptedModel([[begins.promise, ...orders], [...says("Second"), forEver], [forEver]]);
  const tools = [createOrderTool({ sideEffects: "keyed" })];
  const leader = world.addWorker({ model, tools });
  const socket = await leader.connect();
  socket.say("first");
  socket.say("second");
  await world.clock.advance(500);
  begins.resolve();
  await world.clock.advance(1_000);
  socket.approve(true);
  await world.clock.advance(500);
  const [, second = ""] = sessionOf(world).turns.keys();
  return { world, leader, second };
}

Deno.test("[K11] a cancel without a turn stops the answer that speaks, not one in line behind it", async () => {
  const { world, leader, second } = await arrange();
  const socket = await leader.connect();

  socket.cancel();
  await world.clock.advance(500);

  assertEquals(socket.framesOf("session.ready")[0]?.activeTurn?.turnId, second);
  assertEquals(statuses(world), ["running", "cancelled"]);
});

Deno.test("[K11] so does one that reaches a worker that only follows", async () => {
  const { world, second } = await arrange();
  const socket = await world.addWorker({ model: createScriptedModel([]) }).connect();

  socket.cancel();
  await world.clock.advance(5_000);

  assertEquals(socket.framesOf("session.ready")[0]?.activeTurn?.turnId, second);
  assertEquals(statuses(world), ["running", "cancelled"]);
});

Deno.test("[K11] what runs on the leader is what a cancel means, and its repetitions mean the same", async () => {
  const { world, second } = await arrange();
  // The next leader goes on with the second answer, and with the first one when that is stopped.
  sessionOf(world).lease.expiresAt = world.clock.now();
  const next = world.addWorker({
    model: createScriptedModel([[...says("More"), forEver]]),
    tools: [
      createOrderTool({ sideEffects: "keyed", timeoutMs: 60_000, execute: () => new Promise(() => {}) }),
    ],
  });
  const socket = await next.connect();
  await world.clock.advance(500);
  const command = cancel();

  socket.command(command);
  await world.clock.advance(500);
  const before = statuses(world);
  socket.command(command);
  await world.clock.advance(500);
  const elsewhere = await world.addWorker({ model: createScriptedModel([]) }).connect();
  elsewhere.command(command);
  await world.clock.advance(5_000);

  assertEquals([before, statuses(world)], [["running", "cancelled"], ["running", "cancelled"]]);
  assertEquals(targets(world), [second]);
  assertEquals(elsewhere.framesOf("command.accepted").map(({ duplicate }) => duplicate), [true]);
});

Deno.test("[K11] [K15] a cancel through a worker that follows ends the answer that waits for its user", async () => {
  const world = createWorld();
  const tools = [createOrderTool({ sideEffects: "keyed" })];
  const asking = await world.addWorker({ model: createScriptedModel([orders]), tools }).connect();
  asking.say("first");
  await world.clock.advance(1_000);
  const socket = await world.addWorker({ model: createScriptedModel([]) }).connect();

  socket.cancel();
  await world.clock.advance(10_000);

  assertEquals(statuses(world), ["cancelled"]);
});
