import { assert, assertEquals } from "@std/assert";
import { textOf } from "../protocol/mod.ts";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import { createWorld, SESSION, type World } from "../testing/world.ts";
import { createOrderTool } from "../turn/testing/order-tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";

const orders: Script = [...calls("c1", "order", {}), finishes("tool-calls")];
const speaksOn: Script = [...says("Second"), new Promise(() => {})];
const BOTH_CANCELLED = {
  turns: [["cancelled", "cancelled", ""], ["cancelled", "cancelled", "Second"]],
  uncovered: [],
};
const silent: Script = [new Promise(() => {})];

/** The first answer waits in line again, with a decision in it, while the second one speaks. */
async function arrange() {
  const world = createWorld();
  const begins = Promise.withResolvers<void>();
  const model = createScriptedModel([[begins.promise, ...orders], speaksOn]);
  const socket = await world.addWorker({ model, tools: [createOrderTool()] }).connect();
  socket.say("first");
  socket.say("second");
  await world.clock.advance(500);
  begins.resolve();
  await world.clock.advance(1_000);
  socket.approve(true);
  await world.clock.advance(500);
  assertEquals(socket.spokenText, "Second");
  return { world, socket, turnIds: [...sessionOf(world).turns.keys()] };
}

function sessionOf({ database }: World) {
  const session = database.sessions.get(SESSION);
  assert(session);
  return session;
}

/** What each turn came to, what the log has of its answer, and the chunks that no message covers (R2). */
async function outcomes(world: World) {
  const { items } = await createMemorySessionStore(world.database).readLog({
    sessionId: SESSION,
    afterSeq: 0,
  });
  const answers = items.flatMap((item) => item.kind === "message" ? [item.message] : []);
  const turns = [...sessionOf(world).turns.values()].map(({ status, messageId }) => {
    const answer = answers.findLast(({ id }) => id === messageId);
    return [status, answer?.metadata?.status, answer && textOf(answer)];
  });
  return { turns, uncovered: items.filter(({ kind }) => kind !== "message") };
}

Deno.test("[R2] a decided answer that is cancelled while it waits in line ends with what it has", async () => {
  const { world, socket, turnIds } = await arrange();

  socket.cancel(turnIds[0]);
  await world.clock.advance(500);
  socket.cancel(turnIds[1]);
  await world.clock.advance(500);

  assertEquals(await outcomes(world), BOTH_CANCELLED);
});

Deno.test("[K12] the model is told that a call did not run whose answer was cancelled before its turn came", async () => {
  const { world, socket, turnIds } = await arrange();
  const model = createScriptedModel([[...says("Done"), finishes()]]);
  socket.cancel(turnIds[0]);
  await world.clock.advance(500);
  sessionOf(world).lease.expiresAt = world.clock.now();
  const next = await world.addWorker({ model, tools: [createOrderTool()] }).connect();
  await world.clock.advance(1_000);

  next.cancel(turnIds[1]);
  next.say("third");
  await world.clock.advance(1_000);

  const results = model.requests.at(-1)?.messages.filter(({ role }) => role === "tool");
  assertEquals(results?.map(({ content }) => JSON.parse(content)), [
    { error: "tool_failed", message: "Not run. Cancelled" },
  ]);
});

Deno.test("[R2] an answer that a new leader put back in line keeps its words when it is cancelled there", async () => {
  const { world, turnIds } = await arrange();
  sessionOf(world).lease.expiresAt = world.clock.now();
  const model = createScriptedModel([silent]);
  const socket = await world.addWorker({ model, tools: [createOrderTool()] }).connect();
  await world.clock.advance(1_000);

  socket.cancel(turnIds[0]);
  await world.clock.advance(500);
  socket.cancel(turnIds[1]);
  await world.clock.advance(500);

  assertEquals(await outcomes(world), BOTH_CANCELLED);
});

Deno.test("[R2] the end of a session leaves no answer in line without its end", async () => {
  const { world, socket } = await arrange();

  socket.command({ type: "session.end", id: crypto.randomUUID() });
  await world.clock.advance(1_000);

  assertEquals(await outcomes(world), BOTH_CANCELLED);
});

Deno.test("[R2] a question that is cancelled in line has an answer that says so", async () => {
  const world = createWorld();
  const model = createScriptedModel([speaksOn, [...says("Again"), finishes()]]);
  const socket = await world.addWorker({ model }).connect();
  const asked = [socket.say("first"), socket.say("second")];
  await world.clock.advance(500);
  const [first, second] = sessionOf(world).turns.keys();

  socket.cancel(second);
  await world.clock.advance(500);
  socket.cancel(first);
  await world.clock.advance(500);

  const answers = socket.chunks.flatMap((chunk) =>
    chunk.type === "start" ? [chunk.messageMetadata?.replyTo] : []
  );
  assertEquals(answers, asked);
  assertEquals(await outcomes(world), {
    turns: [["cancelled", "cancelled", "Second"], ["cancelled", "cancelled", ""]],
    uncovered: [],
  });
});

Deno.test("[R7] it can be asked again", async () => {
  const world = createWorld();
  const model = createScriptedModel([speaksOn, [...says("Again"), finishes()]]);
  const socket = await world.addWorker({ model }).connect();
  socket.say("first");
  socket.say("second");
  await world.clock.advance(500);
  for (const turnId of [...sessionOf(world).turns.keys()].reverse()) {
    socket.cancel(turnId);
    await world.clock.advance(500);
  }
  const messageId = [...sessionOf(world).turns.values()].at(-1)?.messageId ?? "";

  socket.command({ type: "message.regenerate", id: crypto.randomUUID(), messageId });
  await world.clock.advance(500);

  assertEquals([socket.errorCodes, socket.spokenText], [[], "SecondAgain"]);
});
