import { assertEquals } from "@std/assert";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import { createMemoryDatabase } from "../store/memory/memory-database.ts";
import type { AppendBatch, AppendOutcome } from "../store/session-store.ts";
import { AppendLane, type LaneMember } from "./append-lane.ts";
import { createManualClock, settle } from "./testing/manual-clock.ts";

interface Pending {
  speech: boolean;
  promise: boolean;
}

/** A lane whose calls a test answers, and members that tell of each only whose turn it was. */
function arrange({ answersAtOnce = false, fails = "" } = {}) {
  const clock = createManualClock();
  const calls: string[][] = [];
  const answers: (() => void)[] = [];
  const settled: string[] = [];
  const lane = new AppendLane({
    store: {
      ...createMemorySessionStore(createMemoryDatabase({ clock })),
      append({ batches }) {
        const outcomes = batches.map(({ sessionId, lastSeq }): AppendOutcome => ({
          ...{ sessionId, outcome: "ok", lastSeq, inbox: [] },
        }));
        calls.push(batches.map(({ sessionId }) => sessionId));
        if (batches.some(({ sessionId }) => sessionId === fails)) return Promise.reject(new Error("Lost"));
        if (answersAtOnce) return Promise.resolve(outcomes);
        return new Promise((resolve) => answers.push(() => resolve(outcomes)));
      },
    },
    workerId: "worker-1",
    clock,
  });

  function join(sessionId: string): { say(): void; promise(): void; leave(): void } {
    const pending: Pending = { speech: false, promise: false };
    const content = { events: [], chunkRuns: [], turns: [], acks: [] };
    const batch: AppendBatch = {
      sessionId,
      epoch: 1,
      batchId: sessionId,
      seqFrom: 1,
      lastSeq: 0,
      ...content,
    };
    const member: LaneMember = {
      isBusy: true,
      takeBatch({ speech }) {
        if (!pending.promise && !(speech && pending.speech)) return null;
        Object.assign(pending, { speech: false, promise: false });
        return { batch, size: 1 };
      },
      settle: () => settled.push(sessionId),
    };
    lane.join(sessionId, member);
    return {
      say() {
        pending.speech = true;
        lane.request("soon");
      },
      promise() {
        pending.promise = true;
        lane.request("now");
      },
      leave: () => lane.leave(sessionId, member),
    };
  }

  async function answer(index: number): Promise<void> {
    answers[index]?.();
    await settle();
  }

  return { clock, calls, settled, join, answer };
}

Deno.test("a worker with many sessions appends for 200 of them at a time, and each is answered", async () => {
  const { calls, settled, join } = arrange({ answersAtOnce: true });
  const members = Array.from({ length: 450 }, (_, index) => join(`session-${index}`));

  for (const member of members) member.promise();
  await settle();

  assertEquals(calls.map(({ length }) => length), [200, 200, 50]);
  assertEquals(new Set(settled).size, 450);
});

Deno.test("[K7] a promise goes ahead of a tick that is under way, and takes no speech of others along", async () => {
  const { clock, calls, join, answer } = arrange();
  const [a, b, c] = [join("a"), join("b"), join("c")];
  a.say();
  await clock.advance(100);
  b.say();

  c.promise();
  await settle();
  await answer(1);
  await answer(0);
  await clock.advance(100);

  assertEquals(calls, [["a"], ["c"], ["b"]]);
});

Deno.test("[K6] a promise of a session that is under way follows as soon as that call is answered", async () => {
  const { clock, calls, join, answer } = arrange();
  const [a, b] = [join("a"), join("b")];
  a.say();
  b.say();
  await clock.advance(100);

  a.promise();
  await settle();
  const meanwhile = [...calls];
  await answer(0);

  assertEquals(meanwhile, [["a", "b"]]);
  assertEquals(calls, [["a", "b"], ["a"]]);
});

Deno.test("speech waits for the next tick though promises of its worker go out all the time", async () => {
  const { clock, calls, join } = arrange({ answersAtOnce: true });
  const [a, b] = [join("a"), join("b")];
  a.say();
  for (let count = 0; count < 3; count++) {
    await clock.advance(30);
    b.promise();
    await settle();
  }
  await clock.advance(10);

  assertEquals(calls, [["b"], ["b"], ["b"], ["a"]]);
});

Deno.test("a failed call of a session that has left holds nobody else up", async () => {
  const { clock, calls, join } = arrange({ answersAtOnce: true, fails: "a" });
  const [a, b] = [join("a"), join("b")];
  a.promise();
  await settle();
  a.leave();
  await clock.advance(100);

  b.promise();
  await settle();

  assertEquals(calls, [["a"], ["b"]]);
});
