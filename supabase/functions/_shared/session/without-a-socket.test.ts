import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { isToolPart, type Message, textOf } from "../protocol/mod.ts";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import type { SessionStore } from "../store/session-store.ts";
import { sweepMemoryDatabase } from "../store/memory/sweep.ts";
import { type SideEffects, type Tool, ToolError } from "../tools/tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";
import { ADA, createWorld, SESSION } from "../testing/world.ts";

const forEver: Script[number] = new Promise(() => {});
const order = (): Script => [...calls("c1", "order", { item: "moon" }), finishes("tool-calls")];

function orderTool(sideEffects: SideEffects, { needsApproval = false } = {}) {
  const ordered: unknown[] = [];
  const tool: Tool = {
    name: "order",
    description: "Orders",
    input: z.object({ item: z.string() }),
    questions: {},
    needsApproval,
    sideEffects,
    timeoutMs: 1000,
    execute(input) {
      if (ordered.length > 0) throw new ToolError("Twice");
      ordered.push(input.item);
      return Promise.resolve("ordered");
    },
  };
  return { tool, ordered };
}

function arrange(scripts: Script[], { continuesText = false, tools = [] as Tool[] } = {}) {
  const world = createWorld();
  const model = createScriptedModel(scripts);
  const session = () => {
    const found = world.database.sessions.get(SESSION);
    assert(found);
    return found;
  };
  const answer = () => {
    const stored = session().events.findLast(({ eventType }) => eventType === "assistant_message");
    return stored?.data.message as Message | undefined;
  };
  /** Another worker is there, and the database can ask for it. */
  const serve = (next: Script[]) => {
    const woken = world.addWorker({ model: { ...createScriptedModel(next), continuesText }, tools });
    world.database.wake = (sessionId) => void woken.worker.wake(sessionId);
    return woken;
  };
  const sweep = async () => {
    sweepMemoryDatabase(world.database);
    await world.clock.advance(1_000);
  };
  let isDead = false;
  const wrapStore = (store: SessionStore) =>
    new Proxy(store, {
      get: (calls, name: keyof SessionStore) => isDead ? () => new Promise(() => {}) : calls[name],
    });
  /** The user is away, and so is the worker: its connection and its lease have run out. */
  const die = () => {
    isDead = true;
    session().attachments.clear();
    session().lease.expiresAt = world.clock.now();
  };
  return {
    ...world,
    ...world.addWorker({ model, tools, wrapStore }),
    model,
    session,
    answer,
    serve,
    sweep,
    die,
  };
}

Deno.test("[K14] an answer whose worker died while nobody was there is finished by a worker that is woken", async () => {
  const world = arrange([[...says("Half an "), forEver]], { continuesText: true });
  const socket = await world.connect();
  socket.say("Hi");
  await world.clock.advance(200);
  world.die();
  world.serve([[...says("answer"), finishes()]]);

  await world.sweep();

  assertEquals(textOf(world.answer()!), "Half an answer");
  assertEquals([world.session().lease.workerId, world.session().status], [null, "active"]);
});

Deno.test("[K14] a command that nobody is there to apply wakes a worker", async () => {
  const world = arrange([[...says("Hello"), finishes()]]);
  const socket = await world.connect();
  socket.say("Hi");
  await world.clock.advance(1_000);
  await socket.leave();
  await world.clock.advance(1_000);
  world.serve([[...says("Hello again"), finishes()]]);
  const command = {
    type: "message.create",
    id: crypto.randomUUID(),
    text: "And now?",
    onBusy: "queue",
  } as const;
  await createMemorySessionStore(world.database).submitCommand({ sessionId: SESSION, userId: ADA, command });
  await world.clock.advance(2_000);

  await world.sweep();

  assertEquals(textOf(world.answer()!), "Hello again");
  assert(world.session().commands.every(({ isSettled }) => isSettled));
});

Deno.test("[K14] a wake for a session that is led, or has nothing to do, changes nothing", async () => {
  const world = arrange([[...says("Hello"), finishes()]]);
  const socket = await world.connect();
  socket.say("Hi");
  await world.clock.advance(1_000);
  const { worker } = world.serve([]);

  const whileLed = await worker.wake(SESSION);
  await socket.leave();
  await world.clock.advance(1_000);
  const afterwards = await worker.wake(SESSION);
  await world.clock.advance(1_000);

  assertEquals([whileLed, afterwards], ["led already", "woken"]);
  assertEquals([world.session().lease.workerId, textOf(world.answer()!)], [null, "Hello"]);
});

for (const sideEffects of ["none", "keyed", "once"] as const) {
  Deno.test(`[K14] a tool with effects "${sideEffects}" waits for the user's token, and runs once when it comes`, async () => {
    const { tool, ordered } = orderTool(sideEffects);
    const world = arrange([[...says("Let me see. "), forEver]], { tools: [tool], continuesText: true });
    const socket = await world.connect();
    socket.say("Order the moon");
    await world.clock.advance(200);
    world.die();
    world.serve([order()]);
    await world.sweep();
    const waiting = [...world.session().turns.values()].map(({ status }) => status);
    const held = world.answer()?.parts.filter(isToolPart).map(({ state }) => state);
    const ranWithoutToken = ordered.length;

    const back = await world.addWorker({
      model: createScriptedModel([[...says("Done"), finishes()]]),
      tools: [tool],
    })
      .connect();
    await world.clock.advance(1_000);

    assertEquals([waiting, held, ranWithoutToken], [["waiting"], ["input-available"], 0]);
    assert(world.answer()?.parts.some((part) => part.type === "data-notice"));
    assertEquals(ordered, ["moon"]);
    assertEquals(world.answer()?.parts.filter(isToolPart).map(({ output }) => output), ["ordered"]);
    assertEquals(back.chunks.at(-1)?.type, "finish");
  });
}

Deno.test("[K14] a token that has expired counts as none; a fresh one lets the turn go on", async () => {
  const { tool, ordered } = orderTool("once");
  const wait = Promise.withResolvers<void>();
  const world = arrange(
    [[...says("Let me see. "), wait.promise, ...order()], [...says("Done"), finishes()]],
    {
      tools: [tool],
    },
  );
  const socket = await world.connect({ expiresInMs: 2_000 });
  socket.say("Order the moon");
  await world.clock.advance(3_000);
  wait.resolve();
  await world.clock.advance(1_000);
  const before = [ordered.length, [...world.session().turns.values()][0]?.status];

  const back = await world.connect();
  await world.clock.advance(1_000);

  assertEquals(before, [0, "waiting"]);
  assertEquals([ordered, textOf(world.answer()!)], [["moon"], "Let me see. Done"]);
  assertEquals(back.chunks.at(-1)?.type, "finish");
});

Deno.test("[K15] a new message settles a turn that waits for a token, without running its tool", async () => {
  const { tool, ordered } = orderTool("once");
  const world = arrange([[...says("Let me see. "), forEver]], { tools: [tool], continuesText: true });
  const socket = await world.connect();
  socket.say("Order the moon");
  await world.clock.advance(200);
  world.die();
  world.serve([order(), [...says("Gladly"), finishes()]]);
  await world.sweep();
  const command = {
    type: "message.create",
    id: crypto.randomUUID(),
    text: "Never mind",
    onBusy: "queue",
  } as const;
  await createMemorySessionStore(world.database).submitCommand({ sessionId: SESSION, userId: ADA, command });
  await world.clock.advance(2_000);

  await world.sweep();

  assertEquals([ordered, textOf(world.answer()!)], [[], "Gladly"]);
  assertEquals([...world.session().turns.values()].map(({ status }) => status), ["completed", "completed"]);
});

Deno.test("[K14] an approval given without a socket waits for the token too", async () => {
  const { tool, ordered } = orderTool("keyed", { needsApproval: true });
  const world = arrange([order()], { tools: [tool] });
  const socket = await world.connect();
  socket.say("Order the moon");
  await world.clock.advance(1_000);
  await socket.leave();
  await world.clock.advance(1_000);
  world.serve([]);
  const approvalId = world.answer()?.parts.find(isToolPart)?.approval?.id ?? "";
  const command = { type: "tool.approve", id: crypto.randomUUID(), approvalId, approved: true } as const;
  await createMemorySessionStore(world.database).submitCommand({ sessionId: SESSION, userId: ADA, command });
  await world.sweep();
  const before = [ordered.length, [...world.session().turns.values()][0]?.status];

  const next = world.addWorker({
    model: createScriptedModel([[...says("Done"), finishes()]]),
    tools: [tool],
  });
  await next.connect();
  await world.clock.advance(1_000);

  assertEquals(before, [0, "waiting"]);
  assertEquals([ordered, textOf(world.answer()!)], [["moon"], "Done"]);
});
