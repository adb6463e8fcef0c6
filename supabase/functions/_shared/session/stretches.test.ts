import { assertEquals } from "@std/assert";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import type { SessionStore } from "../store/session-store.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { createWorld, SESSION } from "../testing/world.ts";
import { createOrderTool } from "../turn/testing/order-tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";

const COMMIT_MS = 300;
const done: Script = [...says("Done"), finishes()];

/** An answer has just asked for an approval, and its wait is being committed. */
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
  const begins = Promise.withResolvers<void>();
  const orders: Script = [begins.promise, ...calls("c1", "order", {}), finishes("tool-calls")];
  const worker = world.addWorker({
    model: createScriptedModel([orders, done]),
    tools: [createOrderTool()],
    wrapStore,
  });
  const socket = await worker.connect();
  socket.say("Order");
  await world.clock.advance(500);
  commitMs = COMMIT_MS;
  begins.resolve();
  for (let tenth = 0; tenth < 100 && socket.approvalId === ""; tenth++) await world.clock.advance(10);
  const [turnId] = world.database.sessions.get(SESSION)?.turns.keys() ?? [];
  return { ...world, socket, turnId };
}

const DECISIONS: [string, (socket: FakeSocket, turnId?: string) => void][] = [
  ["a cancel", (socket, turnId) => socket.cancel(turnId)],
  ["an approval", (socket) => socket.approve(true)],
];

for (const [name, decide] of DECISIONS) {
  Deno.test(`[K9] ${name} while the wait is being committed leaves no chunk that no message covers`, async () => {
    for (let wait = 0; wait <= 2 * COMMIT_MS; wait += 100) {
      const { clock, socket, turnId, database } = await arrange();
      await clock.advance(wait);

      decide(socket, turnId);
      await clock.advance(5_000);

      const { items } = await createMemorySessionStore(database).readLog({ sessionId: SESSION });
      assertEquals([wait, items.filter(({ kind }) => kind === "chunks")], [wait, []]);
    }
  });
}
