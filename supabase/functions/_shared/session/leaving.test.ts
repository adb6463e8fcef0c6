import { assertEquals } from "@std/assert";
import type { SessionStore } from "../store/session-store.ts";
import { createWorld } from "../testing/world.ts";
import { createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";

const done: Script = [...says("Done"), finishes()];
const OTHER = "cccccccc-0000-4000-8000-000000000009";

Deno.test("[K16] a worker that leaves hands over its sessions though the opening of another one hangs", async () => {
  const world = createWorld();
  let hangs = false;
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    openSession: (request) => hangs ? new Promise(() => {}) : store.openSession(request),
  });
  const worker = world.addWorker({ model: createScriptedModel([done]), wrapStore });
  const socket = await worker.connect();
  await world.clock.advance(1_000);
  hangs = true;
  await worker.connect({ sessionId: OTHER });

  void worker.worker.leave();
  await world.clock.advance(2_500);

  assertEquals(socket.closed?.code, 1012);
});

Deno.test("[K16] a worker that leaves hands over its sessions though a socket joins while appends hang", async () => {
  const world = createWorld();
  let hangs = false;
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    append: (request) => hangs ? new Promise(() => {}) : store.append(request),
  });
  const worker = world.addWorker({ model: createScriptedModel([done]), wrapStore });
  const socket = await worker.connect();
  await world.clock.advance(1_000);
  hangs = true;
  await worker.connect();
  await world.clock.advance(1_000);

  void worker.worker.leave();
  await world.clock.advance(2_500);

  assertEquals(socket.closed?.code, 1012);
});
