import { assertEquals } from "@std/assert";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import { createMemoryDatabase } from "../store/memory/memory-database.ts";
import type { AppendOutcome } from "../store/session-store.ts";
import { AppendLane, type LaneMember } from "./append-lane.ts";

Deno.test("a worker with many sessions appends for 200 of them at a time, and each is answered", async () => {
  const store = createMemorySessionStore(createMemoryDatabase({ clock: { now: () => 0 } }));
  const callSizes: number[] = [];
  const settled: string[] = [];
  const { promise: isSettled, resolve } = Promise.withResolvers<void>();
  const lane = new AppendLane({
    store: {
      ...store,
      append: (request) => {
        callSizes.push(request.batches.length);
        return Promise.resolve(
          request.batches.map(({ sessionId, lastSeq }): AppendOutcome => ({
            ...{ sessionId, outcome: "ok", lastSeq, inbox: [] },
          })),
        );
      },
    },
    workerId: "worker-1",
    clock: { now: () => 0, monotonic: () => 0, schedule: () => () => {} },
  });
  const memberOf = (sessionId: string): LaneMember => {
    const content = { events: [], chunkRuns: [], turns: [], acks: [] };
    const batch = { sessionId, epoch: 1, batchId: sessionId, seqFrom: 1, lastSeq: 0, ...content };
    return {
      isBusy: false,
      takeBatch: () => ({ batch, size: 1 }),
      settle: () => {
        if (settled.push(sessionId) === 450) resolve();
      },
    };
  };
  for (let index = 0; index < 450; index++) lane.join(`session-${index}`, memberOf(`session-${index}`));

  lane.request("now");
  await isSettled;

  assertEquals(callSizes, [200, 200, 50]);
  assertEquals(new Set(settled).size, 450);
});
