import { assert, assertEquals } from "@std/assert";
import type { Chunk } from "../protocol/mod.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { createWorld, SESSION, type World } from "../testing/world.ts";
import type { Tool } from "../tools/tool.ts";
import { createOrderTool } from "../turn/testing/order-tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";

const orders: Script = [...calls("c1", "order", {}), finishes("tool-calls")];
const secondForEver: Script = [...says("Second"), new Promise(() => {})];
const done: Script = [...says("Done"), finishes()];

function sessionOf({ database }: World) {
  const session = database.sessions.get(SESSION);
  assert(session);
  return session;
}

const turnsOf = (world: World) => [...sessionOf(world).turns.values()];
const statuses = (world: World) => turnsOf(world).map(({ status }) => status);
const startsOf = (socket: FakeSocket) =>
  socket.chunks.flatMap((chunk) => chunk.type === "start" ? [chunk.messageMetadata?.status] : []);
const outcomeOf = (socket: FakeSocket) =>
  socket.chunks.find((chunk): chunk is Chunk & { type: "tool-output-available" | "tool-output-error" } =>
    chunk.type === "tool-output-available" || chunk.type === "tool-output-error"
  );

/** The first answer has its approval and stands in line, while the second one speaks for ever. */
async function arrange(tool: Tool) {
  const world = createWorld();
  const begins = Promise.withResolvers<void>();
  const model = createScriptedModel([[begins.promise, ...orders], secondForEver, done]);
  const socket = await world.addWorker({ model, tools: [tool] }).connect();
  socket.say("first");
  socket.say("second");
  await world.clock.advance(500);
  begins.resolve();
  await world.clock.advance(1_000);
  socket.approve(true);
  await world.clock.advance(500);
  return { world, socket };
}

/** Another worker leads from here on; the one before is never heard again. */
async function takeOver(world: World, { scripts, tool }: { scripts: Script[]; tool: Tool }) {
  sessionOf(world).lease.expiresAt = world.clock.now();
  const socket = await world.addWorker({ model: createScriptedModel(scripts), tools: [tool] }).connect();
  await world.clock.advance(1_000);
  return socket;
}

Deno.test("a decided answer is queued until those before it are through", async () => {
  const { world, socket } = await arrange(createOrderTool());
  const before = statuses(world);

  socket.cancel();
  await world.clock.advance(1_000);

  assertEquals([before, statuses(world)], [["queued", "running"], ["completed", "cancelled"]]);
  assertEquals(startsOf(socket), ["running", "running", "queued", "running"]);
});

Deno.test("[K12] an approved tool whose answer was in line when its leader died runs once, and says what came of it", async () => {
  const ran: string[] = [];
  const tool = createOrderTool({ execute: () => Promise.resolve(ran.push("order")) });
  const { world } = await arrange(tool);

  const socket = await takeOver(world, { scripts: [[...says("Second"), finishes()], done], tool });

  assertEquals([statuses(world), ran], [["completed", "completed"], ["order"]]);
  assertEquals(outcomeOf(socket)?.type, "tool-output-available");
});

Deno.test("[K12] it does not run again when its leader dies after it began", async () => {
  const ran: string[] = [];
  const dying = createOrderTool({
    timeoutMs: 60_000,
    execute: () => {
      ran.push("order");
      return new Promise(() => {});
    },
  });
  const { world, socket } = await arrange(dying);
  socket.cancel();
  await world.clock.advance(1_000);

  const next = await takeOver(world, { scripts: [done], tool: dying });

  assertEquals([statuses(world), ran], [["completed", "cancelled"], ["order"]]);
  assertEquals(outcomeOf(next)?.type, "tool-output-error");
});

Deno.test("[R7] leaders that die before its turn comes are not held against an answer in line", async () => {
  const ran: string[] = [];
  const tool = createOrderTool({ execute: () => Promise.resolve(ran.push("order")) });
  const { world } = await arrange(tool);

  for (let deaths = 0; deaths < 6; deaths++) {
    await takeOver(world, { scripts: [[new Promise(() => {})], secondForEver, done], tool });
  }
  await takeOver(world, { scripts: [[...says("Second"), finishes()], done], tool });

  assertEquals([turnsOf(world)[0]?.status, ran], ["completed", ["order"]]);
});
