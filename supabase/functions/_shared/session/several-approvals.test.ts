import { assertEquals } from "@std/assert";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import { ADA, createWorld, SESSION, type World } from "../testing/world.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { createOrderTool } from "../turn/testing/order-tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";

function createOrder(ran: unknown[]) {
  return createOrderTool({ execute: ({ item }) => Promise.resolve(ran.push(item)) });
}

const both: Script = [
  ...calls("c1", "order", { item: "one" }),
  ...calls("c2", "order", { item: "two" }),
  finishes("tool-calls"),
];
const done: Script = [...says("Done"), finishes()];

const approvalIds = ({ chunks }: FakeSocket) =>
  chunks.flatMap((chunk) => chunk.type === "tool-approval-request" ? [chunk.approvalId] : []);
const approval = (approvalId: string, approved = true) =>
  ({ type: "tool.approve", id: crypto.randomUUID(), approvalId, approved }) as const;

async function outcomes({ database }: World) {
  const { items } = await createMemorySessionStore(database).readLog({ sessionId: SESSION });
  return {
    statuses: [...database.sessions.get(SESSION)?.turns.values() ?? []].map(({ status }) => status),
    uncovered: items.filter(({ kind }) => kind === "chunks"),
  };
}

Deno.test("[K15] an answer that asked for two approvals takes both while another answer is written", async () => {
  const world = createWorld();
  const ran: unknown[] = [];
  const begins = Promise.withResolvers<void>();
  const speaks = Promise.withResolvers<void>();
  const second: Script = [...says("Second"), speaks.promise, finishes()];
  const model = createScriptedModel([[begins.promise, ...both], second, done]);
  const socket = await world.addWorker({ model, tools: [createOrder(ran)] }).connect();
  socket.say("first");
  socket.say("second");
  await world.clock.advance(500);
  begins.resolve();
  await world.clock.advance(1_000);

  for (const approvalId of approvalIds(socket)) {
    socket.command(approval(approvalId));
    await world.clock.advance(300);
  }
  speaks.resolve();
  await world.clock.advance(1_000);

  assertEquals(await outcomes(world), { statuses: ["completed", "completed"], uncovered: [] });
  assertEquals([ran, approvalIds(socket).length, socket.errorCodes], [["one", "two"], 2, []]);
});

Deno.test("[K15] two approvals that reach the leader in one inbox are both taken", async () => {
  const world = createWorld();
  const ran: unknown[] = [];
  const model = createScriptedModel([both, done]);
  const socket = await world.addWorker({ model, tools: [createOrder(ran)] }).connect();
  socket.say("first");
  await world.clock.advance(1_000);

  const store = createMemorySessionStore(world.database);
  for (const approvalId of approvalIds(socket)) {
    await store.submitCommand({ sessionId: SESSION, userId: ADA, command: approval(approvalId) });
  }
  await world.clock.advance(10_000);

  const refusals = world.database.sessions.get(SESSION)?.commands.map(({ refusal }) => refusal);
  assertEquals([ran, refusals], [["one", "two"], [null, null, null]]);
});

Deno.test("[K10] a first decision of two is kept by the next leader, which asks for the second one only", async () => {
  const world = createWorld();
  const ran: unknown[] = [];
  const tools = [createOrder(ran)];
  const socket = await world.addWorker({ model: createScriptedModel([both]), tools }).connect();
  socket.say("first");
  await world.clock.advance(1_000);
  const [one = "", two = ""] = approvalIds(socket);
  socket.command(approval(one, false));
  await world.clock.advance(500);
  const session = world.database.sessions.get(SESSION);
  if (session) session.lease.expiresAt = world.clock.now();

  const back = await world.addWorker({ model: createScriptedModel([done]), tools }).connect();
  const before = await outcomes(world);
  back.command(approval(two));
  await world.clock.advance(1_000);

  assertEquals(before, { statuses: ["waiting"], uncovered: [] });
  assertEquals(await outcomes(world), { statuses: ["completed"], uncovered: [] });
  assertEquals([ran, back.errorCodes], [["two"], []]);
});

Deno.test("[K15] a call that was approved beside an open question counts as not run when the answer is given up", async () => {
  const world = createWorld();
  const ran: unknown[] = [];
  const model = createScriptedModel([both, done]);
  const socket = await world.addWorker({ model, tools: [createOrder(ran)] }).connect();
  socket.say("first");
  await world.clock.advance(1_000);
  const [one = ""] = approvalIds(socket);
  socket.command(approval(one));
  await world.clock.advance(500);

  socket.say("Never mind");
  await world.clock.advance(1_000);

  const told = socket.chunks.flatMap((chunk) =>
    chunk.type === "tool-output-error" ? [`${chunk.toolCallId}: ${chunk.errorText}`] : []
  );
  assertEquals(told, ["c1: Not run. Answered with a new message instead"]);
  assertEquals([ran, (await outcomes(world)).statuses], [[], ["completed", "completed"]]);
});
