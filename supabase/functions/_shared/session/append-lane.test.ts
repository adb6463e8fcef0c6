import { assert, assertEquals, assertLess } from "@std/assert";
import type { AppendBatch, AppendOutcome } from "../store/session-store.ts";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import { createMemoryDatabase } from "../store/memory/memory-database.ts";
import { AppendLane, type LaneMember } from "./append-lane.ts";
import { createManualClock } from "./testing/manual-clock.ts";

/** A lane to a store that refuses the sessions in `locked` as busy, and fails wholly while `isDown`. */
function arrange() {
  const clock = createManualClock();
  const locked = new Set<string>();
  const network = { isDown: false };
  const calls: { at: number; sessionIds: string[] }[] = [];
  const store = {
    ...createMemorySessionStore(createMemoryDatabase({ clock })),
    append({ batches }: { batches: AppendBatch[] }): Promise<AppendOutcome[]> {
      calls.push({ at: clock.monotonic(), sessionIds: batches.map(({ sessionId }) => sessionId) });
      if (network.isDown) return Promise.reject(new Error("down"));
      return Promise.resolve(
        batches.map(({ sessionId, lastSeq }) =>
          locked.has(sessionId)
            ? { sessionId, outcome: "busy" as const }
            : { sessionId, outcome: "ok" as const, lastSeq, inbox: [] }
        ),
      );
    },
  };
  const lane = new AppendLane({ store, workerId: "worker", clock });
  return { clock, locked, network, calls, lane, join: (sessionId: string) => join(sessionId, lane) };
}

/** A session with batches to write, one after the other. */
function join(sessionId: string, lane: AppendLane) {
  let pendingCount = 0;
  const outcomes: AppendOutcome["outcome"][] = [];
  const member: LaneMember = {
    isBusy: false,
    takeBatch() {
      if (pendingCount === 0) return null;
      const content = { events: [], chunkRuns: [], turns: [], acks: [] };
      const batch = { sessionId, epoch: 1, batchId: "batch", seqFrom: 1, lastSeq: 0, ...content };
      return { batch, size: 0 };
    },
    settle({ outcome }) {
      outcomes.push(outcome);
      if (outcome === "ok") pendingCount--;
    },
  };
  lane.join(sessionId, member);
  const write = () => {
    pendingCount++;
    lane.request("now");
  };
  return { write, outcomes, member };
}

Deno.test("a session whose row is locked does not slow the promises of the others", async () => {
  const { clock, locked, join } = arrange();
  const one = join("one");
  const other = join("other");
  locked.add("one");
  one.write();
  await clock.advance(250);

  for (let count = 0; count < 5; count++) {
    other.write();
    await clock.advance(1);
  }

  assertEquals(other.outcomes, ["ok", "ok", "ok", "ok", "ok"]);
});

Deno.test("a session whose row is locked is tried again at a steady pace, and written once it is free", async () => {
  const { clock, locked, join, calls } = arrange();
  const one = join("one");
  const other = join("other");
  locked.add("one");
  one.write();
  for (let tenth = 0; tenth < 100; tenth++) {
    other.write();
    await clock.advance(10);
  }
  const attempts = calls.filter(({ sessionIds }) => sessionIds.includes("one")).length;
  assertLess(attempts, 12);
  assert(attempts > 8, `${attempts} attempts`);

  locked.clear();
  await clock.advance(100);

  assertEquals(one.outcomes.at(-1), "ok");
});

Deno.test("a call that fails holds all sessions back until it is repeated", async () => {
  const { clock, network, join, calls } = arrange();
  const one = join("one");
  network.isDown = true;
  one.write();
  await clock.advance(0);

  for (let count = 0; count < 9; count++) {
    one.write();
    await clock.advance(10);
  }
  assertEquals(calls.length, 1);
  network.isDown = false;
  await clock.advance(10);

  assertEquals(one.outcomes, ["ok"]);
});

Deno.test("a session that leaves while it is busy is forgotten", async () => {
  const { clock, locked, join, calls, lane } = arrange();
  const one = join("one");
  locked.add("one");
  one.write();
  await clock.advance(0);

  lane.leave("one", one.member);
  await clock.advance(500);

  assertEquals(calls.length, 1);
});
