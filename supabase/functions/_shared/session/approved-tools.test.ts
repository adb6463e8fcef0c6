import { assertEquals } from "@std/assert";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import type { SessionStore } from "../store/session-store.ts";
import { ADA, createWorld, SESSION, type World } from "../testing/world.ts";
import { createOrderTool } from "../turn/testing/order-tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";

const order: Script = [...calls("c1", "order", { item: "moon" }), finishes("tool-calls")];
const done: Script = [...says("Done"), finishes()];

/** A worker that can die: from then on its appends do not reach the database. */
function createMortal() {
  let isDead = false;
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    append: (request) => isDead ? new Promise(() => {}) : store.append(request),
  });
  return { wrapStore, die: () => (isDead = true) };
}

/** A tool that may run once, and on which worker it ran. */
function createTools({ needsApproval = true } = {}) {
  const ran: string[] = [];
  const tool = (worker: string) =>
    createOrderTool({ needsApproval, execute: () => Promise.resolve(ran.push(worker)) });
  return { ran, tool };
}

async function letNextLead(
  world: World,
  { tool }: { tool: ReturnType<typeof createTools>["tool"] },
): Promise<void> {
  const session = world.database.sessions.get(SESSION);
  if (session) session.lease.expiresAt = world.clock.now();
  await world.addWorker({ model: createScriptedModel([done, done]), tools: [tool("next")] }).connect();
  await world.clock.advance(3_000);
}

Deno.test("[K12] an approved tool does not run before its approval is committed, and not twice", async () => {
  const world = createWorld();
  const { ran, tool } = createTools();
  const { wrapStore, die } = createMortal();
  const model = createScriptedModel([order, done]);
  const socket = await world.addWorker({ model, tools: [tool("dying")], wrapStore }).connect();
  socket.say("first");
  await world.clock.advance(1_000);

  die();
  socket.approve(true);
  await world.clock.advance(50);
  await letNextLead(world, { tool });

  assertEquals(ran, ["next"]);
});

Deno.test("[K12] an approval that comes back with the release of the lease is left to the next leader", async () => {
  const world = createWorld();
  const { ran, tool } = createTools();
  const { worker, connect } = world.addWorker({
    model: createScriptedModel([order, done]),
    tools: [tool("leaving")],
  });
  const socket = await connect();
  socket.say("first");
  await world.clock.advance(1_000);
  // On another worker, or without a socket.
  await createMemorySessionStore(world.database).submitCommand({
    sessionId: SESSION,
    userId: ADA,
    command: {
      type: "tool.approve",
      id: crypto.randomUUID(),
      approvalId: socket.approvalId,
      approved: true,
    },
  });

  void worker.leave();
  await world.clock.advance(100);
  await letNextLead(world, { tool });

  assertEquals(ran, ["next"]);
});

Deno.test("[K12] a call that waited for a token does not run before its turn counts as running", async () => {
  const world = createWorld();
  const { ran, tool } = createTools({ needsApproval: false });
  const begins = Promise.withResolvers<void>();
  const model = createScriptedModel([[begins.promise, ...order], done]);
  const socket = await world.addWorker({ model, tools: [tool("first")] }).connect({ expiresInMs: 500 });
  socket.say("first");
  await world.clock.advance(1_000);
  begins.resolve();
  await world.clock.advance(2_000);
  const session = world.database.sessions.get(SESSION);
  const waiting = [...session?.turns.values() ?? []].map(({ status }) => status);
  const { wrapStore, die } = createMortal();

  die();
  await world.addWorker({ model: createScriptedModel([done]), tools: [tool("dying")], wrapStore }).connect();
  await world.clock.advance(20);
  await letNextLead(world, { tool });

  assertEquals([waiting, ran], [["waiting"], ["next"]]);
});
