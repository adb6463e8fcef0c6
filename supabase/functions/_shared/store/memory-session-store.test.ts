import { assertEquals, assertRejects } from "@std/assert";
import { attach, batchOf, createScene, lead, userEvent } from "./contract/drive.ts";
import { createMemorySessionStore } from "./memory-session-store.ts";
import { createMemoryDatabase } from "./memory/memory-database.ts";
import { createMemoryWorld } from "./memory/memory-world.ts";
import type { Fault } from "./memory/run-with-fault.ts";
import { SESSION_STORE_CONTRACT } from "./session-store-contract.ts";
import { StoreError } from "./store-error.ts";

for (const [name, run] of SESSION_STORE_CONTRACT) {
  Deno.test(`memory: ${name}`, () => run(createMemoryWorld()));
}

Deno.test("memory: a lost request changes nothing, a lost response hides what happened", async () => {
  const database = createMemoryDatabase({ clock: { now: () => 0 } });
  let fault: Fault = "none";
  const store = createMemorySessionStore(database, { fault: () => fault });
  const world = { ...createMemoryWorld(), store };
  const scene = await createScene(world);
  const { epoch } = await lead(scene);
  const batch = batchOf(scene, { epoch, seqFrom: 1, events: [userEvent(1)] });
  const append = () => store.append({ workerId: "worker-1", batches: [batch] });
  const lastSeq = () => database.sessions.get(scene.sessionId)?.lease.lastSeq;

  fault = "request-lost";
  await assertRejects(append, StoreError);
  const afterLostRequest = lastSeq();
  fault = "response-lost";
  await assertRejects(append, StoreError);
  const afterLostResponse = lastSeq();
  fault = "none";
  const [outcome] = await append();

  assertEquals([afterLostRequest, afterLostResponse, outcome?.outcome], [0, 1, "ok"]);
});

Deno.test("memory: two stores on one database are two workers", async () => {
  const database = createMemoryDatabase({ clock: { now: () => 0 } });
  const worldOf = () => ({ ...createMemoryWorld(), store: createMemorySessionStore(database) });
  const scene = await createScene(worldOf());
  await lead(scene);

  const second = await attach({ ...scene, world: worldOf() }, { workerId: "worker-2" });

  assertEquals(second.lease.role, "follower");
});
