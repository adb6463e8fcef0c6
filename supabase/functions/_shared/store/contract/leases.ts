/** Who may write: R1, K1 to K5. */
import { assert, assertEquals } from "@std/assert";
import {
  append,
  appendOk,
  attach,
  batchOf,
  createScene,
  detach,
  lead,
  LEASE_MS,
  startAnswer,
  userEvent,
} from "./drive.ts";
import type { Chunk } from "../../protocol/mod.ts";
import type { ContractTest } from "../session-store-contract.ts";

const CLOSED = { reason: "closed", onlyIfUnattached: true } as const;

export const leaseTests: ContractTest[] = [
  ["openSession() creates a session for the user and leads it", async (world) => {
    const scene = await createScene(world);

    const opened = await attach(scene);

    assertEquals([opened.created, opened.reopened, opened.status, opened.title], [
      true,
      false,
      "active",
      null,
    ]);
    assertEquals(opened.lease, { role: "leader", epoch: 1, startSeq: 1, lastSeq: 0, leaseMs: LEASE_MS });
    assertEquals((await world.inspect(scene.sessionId)).systemEvents, ["connected"]);
  }],

  ["[R10] openSession() refuses another user's session and writes nothing", async (world) => {
    const scene = await createScene(world);
    await lead(scene);
    const before = await world.inspect(scene.sessionId);

    const userId = await world.createUser();
    const request = { sessionId: scene.sessionId, userId, workerId: "worker-2", connectionId: "c" };
    const opened = await world.store.openSession(request);

    assertEquals(opened, { outcome: "forbidden" });
    assertEquals(await world.inspect(scene.sessionId), before);
  }],

  ["[R1] two workers that create the same session get one leader", async (world) => {
    const scene = await createScene(world);

    const opened = await Promise.all(
      ["worker-1", "worker-2", "worker-3"].map((workerId) => attach(scene, { workerId })),
    );

    assertEquals(opened.filter(({ created }) => created).length, 1);
    assertEquals(opened.filter(({ lease }) => lease.role === "leader").length, 1);
    assertEquals(new Set(opened.map(({ lease }) => lease.epoch)), new Set([1]));
  }],

  ["a worker that opens its own session again keeps its epoch", async (world) => {
    const scene = await createScene(world);
    await lead(scene);

    const again = await attach(scene);

    assertEquals(again.lease, { role: "leader", epoch: 1, startSeq: 1, lastSeq: 0, leaseMs: LEASE_MS });
    assertEquals(again.created, false);
  }],

  ["a repeated openSession() of one connection counts once", async (world) => {
    const scene = await createScene(world);
    const { connectionId } = await attach(scene);

    await attach(scene, { connectionId });

    assertEquals(await detach(scene, { connectionId }), 0);
    assertEquals((await world.inspect(scene.sessionId)).systemEvents, ["connected", "disconnected"]);
  }],

  ["a second worker follows while the lease lasts, and leads when it is over", async (world) => {
    const scene = await createScene(world);
    await lead(scene);

    const early = await attach(scene, { workerId: "worker-2" });
    await world.passTime(LEASE_MS + 1);
    const late = await world.store.claimSession({ sessionId: scene.sessionId, workerId: "worker-2" });

    assert(early.lease.role === "follower");
    assert(early.lease.expiresInMs > 0 && early.lease.expiresInMs <= LEASE_MS);
    assertEquals(late.lease, { role: "leader", epoch: 2, startSeq: 1, lastSeq: 0, leaseMs: LEASE_MS });
  }],

  ["a lease given back can be taken at once", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);

    await appendOk(scene, { epoch, seqFrom: 1, events: [userEvent(1)], release: true });
    const next = await attach(scene, { workerId: "worker-2" });

    assertEquals(next.lease, { role: "leader", epoch: 2, startSeq: 2, lastSeq: 1, leaseMs: LEASE_MS });
  }],

  ["a lease given back with an end that may not take place is free all the same", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    await attach(scene, { workerId: "worker-2" });

    const { ended } = await appendOk(scene, { epoch, seqFrom: 1, end: CLOSED, release: true });
    const { lease } = await world.store.claimSession({ sessionId: scene.sessionId, workerId: "worker-2" });

    assertEquals([ended, lease.role, lease.epoch], [undefined, "leader", 2]);
  }],

  ["[K6] a lease given back with an end stays free when the batch is repeated", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await lead(scene);
    await detach(scene, { connectionId });
    const batch = batchOf(scene, { epoch, seqFrom: 1, end: CLOSED, release: true });

    const first = await world.store.append({ workerId: "worker-1", batches: [batch] });
    const again = await world.store.append({ workerId: "worker-1", batches: [batch] });
    const next = await attach(scene, { workerId: "worker-2" });

    assertEquals(again, first);
    assertEquals([next.reopened, next.lease.role, next.lease.epoch], [true, "leader", 2]);
  }],

  ["[R1] an append under an older epoch is refused and told how far to rewind", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    await appendOk(scene, { epoch, seqFrom: 1, events: [userEvent(1)] });
    await world.passTime(LEASE_MS + 1);
    await lead(scene, "worker-2");
    await appendOk(scene, { workerId: "worker-2", epoch: 2, seqFrom: 2, events: [userEvent(2)] });

    const refused = await append(scene, { epoch, seqFrom: 2, events: [userEvent(2, "never")] });

    assertEquals(refused, { sessionId: scene.sessionId, outcome: "fenced", epoch: 2, rewindTo: 1 });
    assertEquals((await world.inspect(scene.sessionId)).log, ["user_message 1-1", "user_message 2-2"]);
  }],

  ["[K4] an unreleased lease outlives a restart by its full time", async (world) => {
    const scene = await createScene(world);
    await lead(scene);
    await world.restart();
    await world.passTime(LEASE_MS / 2);

    const tooEarly = await attach(scene, { workerId: "worker-2" });

    assertEquals(tooEarly.lease.role, "follower");
  }],

  ["[K4] after a restart a lease is free when its full time has passed since", async (world) => {
    const scene = await createScene(world);
    await lead(scene);
    await world.passTime(LEASE_MS + 1);
    await world.restart();

    const early = await attach(scene, { workerId: "worker-2" });
    await world.passTime(LEASE_MS + 1);
    const late = await attach(scene, { workerId: "worker-2" });

    assertEquals([early.lease.role, late.lease.role], ["follower", "leader"]);
  }],

  [
    "[K16] a lease that ran out counts as a failed attempt of the turn, one given back does not",
    async (world) => {
      const scene = await createScene(world);
      const { epoch } = await lead(scene);
      const { turnId } = await startAnswer(scene, { epoch });

      await appendOk(scene, { epoch, seqFrom: 6, release: true });
      await lead(scene, "worker-2");
      const afterHandover = await world.inspect(scene.sessionId);
      await world.passTime(LEASE_MS + 1);
      await lead(scene, "worker-3");
      const afterDeath = await world.inspect(scene.sessionId);

      assertEquals(afterHandover.turns, [{ turnId, status: "running", attempts: 1 }]);
      assertEquals(afterDeath.turns, [{ turnId, status: "running", attempts: 2 }]);
    },
  ],

  [
    "[K16] progress resets the count of failed attempts, a step that only began again does not",
    async (world) => {
      const scene = await createScene(world);
      const { epoch } = await lead(scene);
      const turn = await startAnswer(scene, { epoch });
      const attempts = async () => (await world.inspect(scene.sessionId)).turns[0]?.attempts;
      let seqFrom = 6;
      const counts: (number | undefined)[] = [];
      const again: Chunk[] = [{ type: "reset-step" }];
      const further: Chunk[] = [{ type: "text-delta", id: "t", delta: "further" }];
      const stepOn: Chunk[] = [{ type: "reset-step" }, { type: "finish-step" }, { type: "start-step" }];
      for (const [index, chunks] of [again, again, further, again, stepOn, []].entries()) {
        await world.passTime(LEASE_MS + 1);
        const workerId = `worker-${index + 2}`;
        const { epoch } = await lead(scene, workerId);
        counts.push(await attempts());
        await appendOk(scene, { epoch, workerId, seqFrom, chunkRuns: [{ seqFrom, ...turn, chunks }] });
        seqFrom += chunks.length;
      }

      assertEquals(counts, [1, 2, 3, 1, 2, 1]);
    },
  ],

  ["claimSession() tells whose session it is", async (world) => {
    const scene = await createScene(world);
    await lead(scene);

    const request = { sessionId: scene.sessionId, workerId: "worker-2" };
    const claimed = await world.store.claimSession(request);

    assertEquals([claimed.userId, claimed.lease.role], [scene.userId, "follower"]);
  }],

  [
    "[R3] a leader that lost its place begins a new epoch, once, and a cursor of the old one is rewound",
    async (world) => {
      const scene = await createScene(world);
      const { epoch } = await lead(scene);
      await appendOk(scene, { epoch, seqFrom: 1, events: [userEvent(1)] });
      const gap = await append(scene, { epoch, seqFrom: 3, events: [userEvent(3)] });
      const request = { sessionId: scene.sessionId, workerId: "worker-1", lostEpoch: epoch };

      const claimed = await world.store.claimSession(request);
      const repeated = await world.store.claimSession(request);
      const stale = await append(scene, { epoch, seqFrom: 2, events: [userEvent(2)] });
      const page = await world.store.readLog({ sessionId: scene.sessionId, cursor: { epoch, seq: 3 } });

      assertEquals(gap, { sessionId: scene.sessionId, outcome: "gap", lastSeq: 1 });
      assertEquals(claimed.lease, { role: "leader", epoch: 2, startSeq: 2, lastSeq: 1, leaseMs: LEASE_MS });
      assertEquals(repeated.lease, claimed.lease);
      assertEquals(stale, { sessionId: scene.sessionId, outcome: "fenced", epoch: 2, rewindTo: 1 });
      assertEquals([page.resume, page.epoch], [{ kind: "rewind", rewindTo: 1 }, 2]);
    },
  ],

  ["a lost epoch of another worker is no reason to begin one", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);

    const request = { sessionId: scene.sessionId, workerId: "worker-2", lostEpoch: epoch };
    const claimed = await world.store.claimSession(request);

    assertEquals([claimed.lease.role, claimed.lease.epoch], ["follower", 1]);
  }],

  ["[K5] detachConnection() counts connections over all workers", async (world) => {
    const scene = await createScene(world);
    const first = await attach(scene);
    const second = await attach(scene, { workerId: "worker-2" });

    const counts = [
      await detach(scene, { connectionId: first.connectionId }),
      await detach(scene, { connectionId: first.connectionId }),
      await detach(scene, { workerId: "worker-2", connectionId: second.connectionId }),
    ];

    assertEquals(counts, [1, 1, 0]);
  }],
];
