import { assert, assertEquals } from "@std/assert";
import type { SessionStore } from "../store/session-store.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { createWorld, SESSION } from "../testing/world.ts";
import { createOrderTool } from "../turn/testing/order-tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";

const COMMIT_MS = 300;
const done: Script = [...says("Done"), finishes()];

/** A turn whose model is about to call a tool that needs an approval, on a database that is slow from now on. */
async function arrange() {
  const world = createWorld();
  let commitMs = 0;
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    async append(request) {
      const outcomes = await store.append(request);
      if (commitMs > 0) await new Promise<void>((resolve) => world.clock.schedule(commitMs, resolve));
      return outcomes;
    },
  });
  const ran: string[] = [];
  const order = createOrderTool({ execute: () => Promise.resolve(ran.push("order")) });
  const begins = Promise.withResolvers<void>();
  const orders: Script = [begins.promise, ...calls("c1", "order", {}), finishes("tool-calls")];
  const model = createScriptedModel([orders, done]);
  const socket = await world.addWorker({ model, tools: [order], wrapStore }).connect();
  socket.say("Order");
  await world.clock.advance(500);
  const session = world.database.sessions.get(SESSION);
  assert(session);
  commitMs = COMMIT_MS;
  begins.resolve();
  const statuses = () => [...session.turns.values()].map(({ status }) => status);
  /** Until the question has been told: from then on the wait is being committed. */
  const asked = async () => {
    for (let tenth = 0; tenth < 100 && socket.approvalId === ""; tenth++) await world.clock.advance(10);
    assert(socket.approvalId !== "");
  };
  return { ...world, socket, ran, statuses, asked, turnId: [...session.turns.keys()][0] };
}

const STOPS: [string, (socket: FakeSocket, turnId?: string) => void, string[]][] = [
  ["a cancel", (socket, turnId) => socket.cancel(turnId), ["cancelled"]],
  ["the end of the session", (socket) => socket.end(), ["cancelled"]],
  ["an interruption", (socket) => void socket.say("Stop", "interrupt"), ["cancelled", "completed"]],
];

for (const [name, stop, outcome] of STOPS) {
  Deno.test(`[K11] ${name} stops a turn whose question is being committed`, async () => {
    const { clock, socket, statuses, turnId } = await arrange();
    await clock.advance(50);
    assertEquals(socket.approvalId, "");

    stop(socket, turnId);
    await clock.advance(5_000);

    assertEquals(statuses(), outcome);
  });
}

Deno.test("[K11] a cancel stops a turn that has asked, while its wait is being committed", async () => {
  const { clock, socket, statuses, asked, turnId } = await arrange();
  await asked();

  socket.cancel(turnId);
  await clock.advance(5_000);

  assertEquals(statuses(), ["cancelled"]);
});

for (const [name, stop, outcome] of STOPS) {
  Deno.test(`[K11] ${name} takes back an approval given while the wait for it is being committed`, async () => {
    const { clock, socket, statuses, asked, ran, turnId } = await arrange();
    await asked();
    socket.approve(true);
    await clock.advance(20);

    stop(socket, turnId);
    await clock.advance(5_000);

    assertEquals([statuses(), ran], [outcome, []]);
  });
}
