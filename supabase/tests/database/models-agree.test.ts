/** The memory store is as good as Postgres for tests: played the same calls, both give the same answers. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Chunk, DurableCommand, TurnStatus } from "../../functions/_shared/protocol/mod.ts";
import { answerEvent, batchOf, userEvent } from "../../functions/_shared/store/contract/drive.ts";
import type { StoreWorld } from "../../functions/_shared/store/contract/store-world.ts";
import { createMemoryWorld } from "../../functions/_shared/store/memory/memory-world.ts";
import type { AppendBatch } from "../../functions/_shared/store/session-store.ts";
import { databaseTests } from "./testing/database-tests.ts";
import { createPostgresWorld } from "./testing/postgres-world.ts";

/** Ids are chosen by number, so that both worlds and every shrunk case use the same ones. */
function idOf(kind: number, number: number): string {
  return `00000000-0000-4000-8${String(kind).padStart(3, "0")}-${String(number).padStart(12, "0")}`;
}

interface Names {
  sessionId: string;
  userId: string;
}

type Call = (world: StoreWorld, names: Names) => Promise<unknown>;

const workerId = fc.constantFrom("worker-1", "worker-2");
const connection = fc.nat(2).map((number) => `connection-${number}`);
const epoch = fc.integer({ min: 1, max: 4 });
const small = fc.nat(12);
const status = fc.constantFrom<TurnStatus>("queued", "running", "waiting", "completed", "cancelled");
const chunks = fc.array(
  fc.constantFrom<Chunk>(
    { type: "start" },
    { type: "text-start", id: "t" },
    { type: "text-delta", id: "t", delta: "word " },
    { type: "text-end", id: "t" },
    { type: "tool-approval-response", approvalId: "a", approved: true },
  ),
  { minLength: 1, maxLength: 4 },
);

const turnOf = (number: number) => ({ turnId: idOf(3, number), messageId: `answer-${number}` });

/** What a batch of this test carries, beside its place in the log. */
const content = fc.record({
  question: fc.boolean(),
  turns: fc.array(fc.tuple(fc.nat(2), status), { maxLength: 2 }),
  run: fc.option(fc.tuple(fc.nat(2), chunks)),
  answer: fc.option(fc.tuple(fc.nat(2), fc.nat(4))),
  ack: fc.option(fc.nat(3)),
  end: fc.option(fc.record({
    reason: fc.constantFrom("ended_by_user" as const, "closed" as const),
    onlyIfUnattached: fc.boolean(),
  })),
  release: fc.boolean(),
});

type Content = typeof content extends fc.Arbitrary<infer Value> ? Value : never;

function toBatch(
  names: Names,
  place: { epoch: number; seqFrom: number; batchId: string; what: Content },
): AppendBatch {
  const { what, seqFrom } = place;
  let seq = seqFrom;
  const events = what.question ? [userEvent(seq++)] : [];
  const chunkRuns = what.run ? [{ seqFrom: seq, ...turnOf(what.run[0]), chunks: what.run[1] }] : [];
  seq += what.run?.[1].length ?? 0;
  if (what.answer && seq > seqFrom) {
    const [turn, back] = what.answer;
    const start = Math.max(1, seq - 1 - back);
    if (start !== seqFrom || !what.question) {
      events.push(answerEvent({ seq: start, seqTo: seq - 1, messageId: turnOf(turn).messageId }));
    }
  }
  return batchOf(names, {
    ...{ epoch: place.epoch, seqFrom, batchId: place.batchId, events, chunkRuns, lastSeq: seq - 1 },
    turns: what.turns.map(([turn, status]) => ({ ...turnOf(turn), status, userSeq: turn + 1 })),
    acks: what.ack === null ? [] : [{ commandId: idOf(2, what.ack), seq: null }],
    ...(what.end ? { end: what.end } : {}),
    ...(what.release ? { release: true } : {}),
  });
}

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.tuple(workerId, connection).map(([workerId, connectionId]): Call => (world, names) =>
    world.store.openSession({ ...names, workerId, connectionId })
  ),
  fc.tuple(workerId, connection, fc.constantFrom(1000, 1006)).map(
    ([workerId, connectionId, closeCode]): Call => (world, { sessionId }) =>
      world.store.detachConnection({ sessionId, workerId, connectionId, closeCode }),
  ),
  workerId.map((workerId): Call => (world, { sessionId }) =>
    world.store.claimSession({ sessionId, workerId })
  ),
  fc.tuple(fc.nat(3), fc.boolean(), fc.option(fc.nat(2))).map(
    ([number, isCancel, turn]): Call => (world, names) => {
      const id = idOf(2, number);
      const target = turn === null ? {} : { turnId: turnOf(turn).turnId };
      const command: DurableCommand = isCancel
        ? { type: "turn.cancel", id, ...target }
        : { type: "message.create", id, text: "Hello", onBusy: "queue" };
      return world.store.submitCommand({ ...names, command });
    },
  ),
  {
    weight: 6,
    // Mostly what the leader would write next, sometimes something stale, repeated or wrong.
    arbitrary: fc.tuple(workerId, fc.option(fc.tuple(epoch, small), { freq: 5 }), fc.nat(40), content).map(
      ([workerId, wrong, number, what]): Call => async (world, names) => {
        const { epoch, lastSeq } = await world.store.readLog({ sessionId: names.sessionId });
        const place = wrong ? { epoch: wrong[0], seqFrom: wrong[1] } : { epoch, seqFrom: lastSeq + 1 };
        const batch = toBatch(names, { ...place, batchId: `batch-${number}`, what });
        return await world.store.append({ workerId, batches: [batch] });
      },
    ),
  },
  fc.option(fc.record({ epoch, seq: small })).map((cursor): Call => (world, { sessionId }) =>
    world.store.readLog({ sessionId, ...(cursor ? { cursor } : {}) })
  ),
  fc.constantFrom(1_000, 11_000, 16_000, 31_000, 90_000).map((milliseconds): Call => (world) =>
    world.passTime(milliseconds)
  ),
  fc.constant<Call>((world) => world.sweep()),
  fc.constant<Call>((world) => world.restart()),
);

/** Clocks differ between the worlds by a little, and claim tokens are random. */
function comparable(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer ?? null, (key, value) => {
    if (key === "endTime" || key === "durationSeconds" || key === "expiresInMs" || key === "createdAt") {
      return "any";
    }
    return value;
  }));
}

databaseTests("The stores on memory and on Postgres", [
  ["agree on any sequence of calls of two workers", async ({ sql, server }) => {
    const postgresWorld = await createPostgresWorld({ sql, client: server });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 5, maxLength: 40 }), async (calls) => {
        await sql`update private.test_server_start set started_at = '-infinity'`;
        const names = { sessionId: crypto.randomUUID(), userId: await postgresWorld.createUser() };
        const worlds = [createMemoryWorld(), postgresWorld];
        const opening = { ...names, workerId: "worker-1", connectionId: "connection-0" };
        for (const world of worlds) await world.store.openSession(opening);

        for (const run of calls) {
          const answers = [];
          for (const world of worlds) answers.push(comparable(await run(world, names)));
          assertEquals(answers[0], answers[1]);
        }

        const [memory, postgres] = await Promise.all(worlds.map((world) => world.inspect(names.sessionId)));
        const byTurn = (left: { turnId: string }, right: { turnId: string }) =>
          left.turnId < right.turnId ? -1 : 1;
        const jobs = (facts: typeof memory) => facts!.jobs.map((job) => ({ ...job, lastError: null }));
        assertEquals(
          { ...memory, turns: memory!.turns.toSorted(byTurn), jobs: jobs(memory) },
          { ...postgres, turns: postgres!.turns.toSorted(byTurn), jobs: jobs(postgres) },
        );
      }),
      { numRuns: Number(Deno.env.get("PROPERTY_RUNS") ?? 40), endOnFailure: true },
    );
  }],
]);
