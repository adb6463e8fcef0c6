import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import type { SessionStore } from "../store/session-store.ts";
import type { Tool } from "../tools/tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";
import { createWorld, SESSION, type World } from "../testing/world.ts";

interface ToolOptions {
  needsApproval?: boolean;
  /** It takes as long as this. */
  slow?: Promise<void>;
}

function createTool(name: string, ran: unknown[], { needsApproval = false, slow }: ToolOptions = {}): Tool {
  return {
    name,
    description: "Orders",
    input: z.object({ item: z.string() }),
    questions: {},
    needsApproval,
    sideEffects: "once",
    timeoutMs: 10_000,
    async execute({ item }) {
      await slow;
      ran.push(item);
      return "done";
    },
  };
}

const orders = (item: string): Script => [...calls(item, "order", { item }), finishes("tool-calls")];
const done: Script = [...says("Done"), finishes()];

const statuses = ({ database }: World) =>
  [...database.sessions.get(SESSION)?.turns.values() ?? []].map(({ status }) => status);

Deno.test("[K15] two turns may wait for an approval, and each is decided by itself", async () => {
  const world = createWorld();
  const ran: unknown[] = [];
  const begins = Promise.withResolvers<void>();
  const model = createScriptedModel([[begins.promise, ...orders("one")], orders("two"), done, done]);
  const socket = await world.addWorker({ model, tools: [createTool("order", ran, { needsApproval: true })] })
    .connect();
  socket.say("first");
  socket.say("second");
  await world.clock.advance(500);
  begins.resolve();
  await world.clock.advance(2_000);
  const before = statuses(world);
  const asked = socket.chunks.flatMap((chunk) =>
    chunk.type === "tool-approval-request" ? [chunk.approvalId] : []
  );

  for (const approvalId of asked) {
    socket.command({ type: "tool.approve", id: crypto.randomUUID(), approvalId, approved: true });
    await world.clock.advance(1_000);
  }

  assertEquals([before, statuses(world)], [["waiting", "waiting"], ["completed", "completed"]]);
  assertEquals([ran, socket.errorCodes], [["one", "two"], []]);
});

Deno.test("[K14] two turns that wait for a token both go on when it comes, in order", async () => {
  const world = createWorld();
  const ran: unknown[] = [];
  const begins = Promise.withResolvers<void>();
  const model = createScriptedModel([[begins.promise, ...orders("one")], orders("two"), done, done]);
  const worker = world.addWorker({ model, tools: [createTool("order", ran)] });
  const socket = await worker.connect({ expiresInMs: 2_000 });
  socket.say("first");
  socket.say("second");
  await world.clock.advance(3_000);
  begins.resolve();
  await world.clock.advance(2_000);
  const before = statuses(world);

  await worker.connect();
  await world.clock.advance(2_000);

  assertEquals([before, statuses(world)], [["waiting", "waiting"], ["completed", "completed"]]);
  assertEquals(ran, ["one", "two"]);
});

Deno.test("[K15] a cancel ends the waiting turn it names and leaves the other", async () => {
  const world = createWorld();
  const begins = Promise.withResolvers<void>();
  const model = createScriptedModel([[begins.promise, ...orders("one")], orders("two")]);
  const socket = await world.addWorker({ model, tools: [createTool("order", [], { needsApproval: true })] })
    .connect();
  socket.say("first");
  socket.say("second");
  await world.clock.advance(500);
  begins.resolve();
  await world.clock.advance(2_000);
  const [first] = world.database.sessions.get(SESSION)?.turns.keys() ?? [];

  socket.cancel(first);
  await world.clock.advance(1_000);

  assertEquals(statuses(world), ["cancelled", "waiting"]);
});

Deno.test("[K14] a token that comes while its turn is being put to wait is not missed", async () => {
  const world = createWorld();
  const ran: unknown[] = [];
  let commitMs = 0;
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    async append(request) {
      const outcomes = await store.append(request);
      if (commitMs > 0) await new Promise<void>((resolve) => world.clock.schedule(commitMs, resolve));
      return outcomes;
    },
  });
  const begins = Promise.withResolvers<void>();
  const model = createScriptedModel([[begins.promise, ...orders("one")], done]);
  const worker = world.addWorker({ model, wrapStore, tools: [createTool("order", ran)] });
  const socket = await worker.connect({ expiresInMs: 2_000 });
  socket.say("first");
  await world.clock.advance(3_000);
  commitMs = 80;
  begins.resolve();
  await world.clock.advance(100);

  await worker.connect();
  await world.clock.advance(5_000);

  assertEquals([ran, statuses(world)], [["one"], ["completed"]]);
});

Deno.test("an approval is asked for when it can be given: after the tools beside it have run", async () => {
  const world = createWorld();
  const ran: unknown[] = [];
  const slow = Promise.withResolvers<void>();
  const both: Script = [
    ...calls("c1", "order", { item: "one" }),
    ...calls("c2", "look", { item: "two" }),
    finishes("tool-calls"),
  ];
  const model = createScriptedModel([both, done]);
  const tools = [
    createTool("order", ran, { needsApproval: true }),
    createTool("look", ran, { slow: slow.promise }),
  ];
  const socket = await world.addWorker({ model, tools }).connect();
  socket.say("first");
  await world.clock.advance(500);
  const early = socket.chunks.some(({ type }) => type === "tool-approval-request");

  slow.resolve();
  await world.clock.advance(500);
  socket.approve(true);
  await world.clock.advance(1_000);

  assertEquals([early, ran, socket.errorCodes, statuses(world)], [false, ["two", "one"], [], ["completed"]]);
});

Deno.test("[K12] a call that needs an approval is not run by a worker that takes its step over", async () => {
  const world = createWorld();
  const ran: unknown[] = [];
  const both: Script = [
    ...calls("c1", "order", { item: "one" }),
    ...calls("c2", "look", { item: "two" }),
    finishes("tool-calls"),
  ];
  const tools = [
    createTool("order", ran, { needsApproval: true }),
    createTool("look", ran, { slow: new Promise(() => {}) }),
  ];
  const socket = await world.addWorker({ model: createScriptedModel([both]), tools }).connect();
  socket.say("first");
  await world.clock.advance(500);
  const session = world.database.sessions.get(SESSION);
  assert(session);
  session.lease.expiresAt = world.clock.now();

  await world.addWorker({ model: createScriptedModel([done]), tools }).connect();
  await world.clock.advance(2_000);

  assertEquals([ran, statuses(world)], [[], ["completed"]]);
});

Deno.test("a worker that lost a session it led for nobody lets it go", async () => {
  const world = createWorld();
  let readCount = 0;
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    readLog(request) {
      readCount++;
      return store.readLog(request);
    },
  });
  const forEver: Script = [...says("x"), new Promise(() => {})];
  const socket = await world.addWorker({ model: createScriptedModel([forEver]), wrapStore }).connect();
  socket.say("Hi");
  await world.clock.advance(300);
  await socket.leave();
  const session = world.database.sessions.get(SESSION);
  assert(session);
  session.lease.expiresAt = world.clock.now() - 1;
  await world.addWorker({ model: createScriptedModel([forEver]) }).connect();
  await world.clock.advance(2_000);
  const before = readCount;

  await world.clock.advance(60_000);

  assertEquals(readCount, before);
});
