import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Chunk } from "../protocol/mod.ts";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import { createMemoryDatabase } from "../store/memory/memory-database.ts";
import type { Fault } from "../store/memory/run-with-fault.ts";
import { ADA, SESSION } from "../testing/world.ts";
import { TurnStop } from "../turn/turn-stop.ts";
import { AppendLane } from "./append-lane.ts";
import { type Fence, LogWriter, type SpokenFrame } from "./log-writer.ts";
import { createManualClock } from "./testing/manual-clock.ts";

const place = { turnId: "t1", messageId: "m1" };
const running = { turns: [{ ...place, userSeq: 0, status: "running" as const }] };
const word = (delta: string): Chunk[] => [{ type: "text-delta", id: "1", delta }];
const fact: Chunk[] = [{ type: "tool-output-available", toolCallId: "c", output: 1 }];

/** A leader's pen on the memory store. `faults` are used up call by call. */
async function arrange(
  { faults = [], leaseMs = 10_000 }: { faults?: (Fault | Promise<Fault>)[]; leaseMs?: number } = {},
) {
  const clock = createManualClock();
  const database = createMemoryDatabase({ clock });
  database.settings.leaseMs = leaseMs;
  const workerId = "worker-1";
  const calls: number[] = [];
  const network = { isDown: false };
  const store = createMemorySessionStore(database, {
    fault(operation) {
      if (operation !== "append") return "none";
      calls.push(clock.monotonic());
      return network.isDown ? "request-lost" : faults.shift() ?? "none";
    },
  });
  const opened = await store.openSession({ sessionId: SESSION, userId: ADA, workerId, connectionId: "c1" });
  assert(opened.outcome === "opened" && opened.lease.role === "leader");
  const spoken: SpokenFrame[] = [];
  const fences: Fence[] = [];
  let idCount = 0;
  const writer = new LogWriter({ sessionId: SESSION, ...opened.lease }, {
    lane: new AppendLane({ store, workerId, clock }),
    clock,
    createId: () => `batch-${++idCount}`,
    speak: (frame) => spoken.push(frame),
    isBusy: () => true,
    onOutcome: () => {},
    onFenced: (fence) => fences.push(fence),
  });
  const lastSeq = () => database.sessions.get(SESSION)?.lease.lastSeq;
  const said = () => spoken.map(({ seqTo }) => seqTo);
  return { clock, database, store, network, calls, writer, spoken, said, fences, lastSeq };
}

Deno.test("[K7] speech is spoken at once, a fact and all that follows it after its commit", async () => {
  const { writer, clock, said, lastSeq } = await arrange();
  writer.writeChunks(word("a"), { ...place, change: () => running });
  writer.writeChunks(word("b"), place);
  assertEquals(said(), [1, 2]);

  writer.writeChunks(fact, place);
  writer.writeChunks(word("c"), place);
  assertEquals(said(), [1, 2]);

  await clock.advance(200);
  assertEquals(said(), [1, 2, 3, 4]);
  assertEquals(lastSeq(), 4);
});

Deno.test("[K7] frames tell what is durable", async () => {
  const { writer, clock, spoken } = await arrange();
  writer.writeChunks(word("a"), { ...place, change: () => running });
  await clock.advance(200);
  writer.writeChunks(word("b"), place);

  assertEquals(spoken.map(({ frame }) => frame.type === "chunks" && frame.durableSeq), [0, 1]);
});

Deno.test("[R13] speech of one moment is one call", async () => {
  const { writer, clock, calls } = await arrange();
  for (let count = 0; count < 50; count++) writer.writeChunks(word("x"), { ...place, change: () => running });
  const before = calls.length;

  await clock.advance(100);

  assertEquals(calls.length - before, 1);
});

Deno.test("[K6] a lost request or answer is repeated, and nothing is written twice", async () => {
  const { writer, clock, database } = await arrange({
    faults: ["request-lost", "response-lost", "response-lost"],
  });
  const accepted = writer.writeChunks(fact, { ...place, change: () => running });
  writer.writeChunks(word("a"), place);

  await clock.advance(5_000);
  await accepted;

  const session = database.sessions.get(SESSION);
  assertEquals(session?.lease.lastSeq, 2);
  assertEquals(session?.events.filter(({ eventType }) => eventType === "tool_result").length, 1);
});

Deno.test("[K6] a call that hangs is given up and made again", async () => {
  const { writer, clock, lastSeq } = await arrange({ faults: [new Promise(() => {})] });
  writer.writeChunks(fact, { ...place, change: () => running });

  await clock.advance(6_000);

  assertEquals(lastSeq(), 1);
});

Deno.test("[K2] speech waits for the log when commits are late", async () => {
  const stuck = Promise.withResolvers<Fault>();
  const { writer, clock } = await arrange({ faults: [stuck.promise] });
  writer.writeChunks(word("a"), { ...place, change: () => running });
  await clock.advance(2_500);

  let isWelcome = false;
  writer.writeChunks(word("b"), place).then(() => isWelcome = true);
  await clock.advance(100);
  assertEquals(isWelcome, false);

  stuck.resolve("none");
  await clock.advance(500);
  assertEquals(isWelcome, true);
});

Deno.test("[K2] a leader whose lease may have run out says nothing until the database has answered", async () => {
  const { writer, clock, network, said } = await arrange();
  network.isDown = true;
  writer.writeChunks(word("a"), { ...place, change: () => running });
  await clock.advance(9_500);

  writer.writeChunks(word("b"), place).catch(() => {});
  assertEquals(said(), [1]);

  network.isDown = false;
  await clock.advance(2_000);
  assertEquals(said(), [1, 2]);
});

for (
  const { leaseMs, speaksAtMs, silentAtMs } of [
    { leaseMs: 2_000, speaksAtMs: 900, silentAtMs: 1_100 },
    // The database renews at nine tenths of the lease: another worker may have it after 54 s.
    { leaseMs: 60_000, speaksAtMs: 52_500, silentAtMs: 53_500 },
  ]
) {
  Deno.test(`[K2] a leader with a lease of ${leaseMs} ms is silent before the database may give it away`, async () => {
    const { writer, clock, network, said } = await arrange({ leaseMs });
    network.isDown = true;

    await clock.advance(speaksAtMs);
    writer.writeChunks(word("a"), { ...place, change: () => running }).catch(() => {});
    assertEquals(said(), [1]);

    await clock.advance(silentAtMs - speaksAtMs);
    writer.writeChunks(word("b"), place).catch(() => {});
    assertEquals(said(), [1]);
  });
}

Deno.test("[R1] a fenced leader falls silent and tells how far back to go", async () => {
  const { writer, clock, store, network, fences, lastSeq } = await arrange();
  await Promise.all([writer.writeChunks(fact, { ...place, change: () => running }), clock.advance(100)]);
  network.isDown = true;
  const lost = writer.writeChunks(fact, place);
  lost.catch(() => {});
  await clock.advance(11_000);
  await store.claimSession({ sessionId: SESSION, workerId: "worker-2" });

  network.isDown = false;
  await clock.advance(2_000);

  assertEquals(fences, [{ epoch: 2, rewindTo: 1, spokenSeq: 1, lostEpoch: 1 }]);
  assertEquals(lastSeq(), 1);
  await assertRejects(() => lost, TurnStop);
  await assertRejects(() => writer.write({ acks: [] }), TurnStop);
});

Deno.test("[K6] a long burst is cut into batches, all of them committed in order", async () => {
  const { writer, clock, database, said } = await arrange();
  const long = "x".repeat(50_000);
  for (let count = 0; count < 20; count++) {
    writer.writeChunks(word(long), {
      ...place,
      change: () => running,
    });
  }

  await clock.advance(1_000);

  assertEquals(database.sessions.get(SESSION)?.lease.lastSeq, 20);
  assert((database.sessions.get(SESSION)?.buffer.length ?? 0) > 2);
  assertEquals(said().at(-1), 20);
});
