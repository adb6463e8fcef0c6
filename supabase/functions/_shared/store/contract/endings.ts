/** Endings and the sweep: R6, K1, K5, K15. */
import { assert, assertEquals } from "@std/assert";
import {
  append,
  appendOk,
  attach,
  ATTACHMENT_MS,
  batchOf,
  createScene,
  detach,
  finishAnswer,
  GRACE_MS,
  lead,
  type Scene,
  startAnswer,
  turnChange,
  userEvent,
} from "./drive.ts";
import type { ContractTest } from "../session-store-contract.ts";

const CLOSED = { reason: "closed", onlyIfUnattached: true } as const;
const BY_USER = { reason: "ended_by_user", onlyIfUnattached: false } as const;

/** A session with one finished answer (seq 1 to 6) and one connection. */
async function converse(scene: Scene) {
  const leader = await lead(scene);
  const turn = await startAnswer(scene, leader);
  await finishAnswer(scene, { epoch: leader.epoch, turn });
  return { ...leader, turn };
}

export const endingTests: ContractTest[] = [
  ["session.end ends a session for all, with time, duration and a summary to come", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await converse(scene);
    await attach(scene, { workerId: "worker-2" });

    const outcome = await appendOk(scene, { epoch, seqFrom: 7, end: BY_USER });

    const facts = await world.inspect(scene.sessionId);
    assertEquals(outcome.ended?.reason, "ended_by_user");
    assert(!Number.isNaN(Date.parse(outcome.ended?.endTime ?? "")));
    assert((outcome.ended?.durationSeconds ?? -1) >= 0);
    assertEquals([facts.status, facts.endReason, facts.endingNumber], ["ended", "ended_by_user", 1]);
    assertEquals([facts.summaryStatus, facts.jobs.length], ["pending", 1]);
    assertEquals(facts.systemEvents.at(-1), "ended");
  }],

  ["[K6] a repeated ending answers the same", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await converse(scene);
    const batch = batchOf(scene, { epoch, seqFrom: 7, end: BY_USER });

    const first = await world.store.append({ workerId: "worker-1", batches: [batch] });
    const again = await world.store.append({ workerId: "worker-1", batches: [batch] });

    assertEquals(again, first);
    assertEquals((await world.inspect(scene.sessionId)).endingNumber, 1);
  }],

  ["[K5] a close ends the session only with the last connection and no running turn", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });

    const attached = await appendOk(scene, { epoch, seqFrom: 6, end: CLOSED });
    await detach(scene, { connectionId });
    const running = await appendOk(scene, { epoch, seqFrom: 6, end: CLOSED });
    await finishAnswer(scene, { epoch, turn });
    const idle = await appendOk(scene, { epoch, seqFrom: 7, end: CLOSED });

    assertEquals([attached.ended, running.ended, idle.ended?.reason], [undefined, undefined, "closed"]);
  }],

  [
    "[K5] the last clean close asks a live leader to end, and a new connection withdraws it",
    async (world) => {
      const scene = await createScene(world);
      const { epoch, connectionId } = await converse(scene);

      await detach(scene, { connectionId, closeCode: 1000 });
      const asked = await appendOk(scene, { epoch, seqFrom: 7 });
      await attach(scene);
      const withdrawn = await appendOk(scene, { epoch, seqFrom: 7 });

      assertEquals([asked.endRequested, withdrawn.endRequested], ["closed", undefined]);
    },
  ],

  [
    "[K1] the last clean close ends a session without a leader at once, under an epoch of its own",
    async (world) => {
      const scene = await createScene(world);
      const { epoch, connectionId } = await converse(scene);
      await appendOk(scene, { epoch, seqFrom: 7, release: true });

      await detach(scene, { connectionId, closeCode: 1000 });
      const late = await append(scene, { epoch, seqFrom: 7, events: [userEvent(7)] });

      assertEquals((await world.inspect(scene.sessionId)).endReason, "closed");
      assertEquals(late, { sessionId: scene.sessionId, outcome: "fenced", epoch: 2, rewindTo: 6 });
    },
  ],

  ["an empty session ends without a summary", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await lead(scene);
    await detach(scene, { connectionId });

    const outcome = await appendOk(scene, { epoch, seqFrom: 1, end: CLOSED });

    const facts = await world.inspect(scene.sessionId);
    assertEquals(outcome.ended?.reason, "closed");
    assertEquals([facts.endingNumber, facts.summaryStatus, facts.jobs], [0, "none", []]);
  }],

  [
    "[R8] a session reopened with nothing said keeps its ending, one with a new message gets another",
    async (world) => {
      const scene = await createScene(world);
      const { epoch } = await converse(scene);
      await appendOk(scene, { epoch, seqFrom: 7, end: BY_USER });

      const reopened = await attach(scene);
      const visited = await world.inspect(scene.sessionId);
      await appendOk(scene, { epoch, seqFrom: 7, end: BY_USER });
      const left = await world.inspect(scene.sessionId);
      await attach(scene);
      await appendOk(scene, { epoch, seqFrom: 7, events: [userEvent(7)] });
      const spoken = await world.inspect(scene.sessionId);
      await appendOk(scene, { epoch, seqFrom: 8, end: BY_USER });
      const ended = await world.inspect(scene.sessionId);

      assertEquals(reopened.reopened, true);
      assertEquals([visited.status, visited.hasEndTime], ["active", true]);
      assertEquals([left.status, left.endingNumber, left.jobs.length], ["ended", 1, 1]);
      assertEquals([spoken.status, spoken.hasEndTime, spoken.endReason], ["active", false, null]);
      assertEquals([ended.status, ended.endingNumber, ended.jobs.length], ["ended", 2, 2]);
    },
  ],

  ["[K5] the sweep ends a session when nobody came back within the grace period", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await converse(scene);
    await detach(scene, { connectionId });
    await appendOk(scene, { epoch, seqFrom: 7, release: true });

    await world.passTime(GRACE_MS - 1_000);
    await world.sweep();
    const early = await world.inspect(scene.sessionId);
    await world.passTime(2_000);
    await world.sweep();
    const late = await world.inspect(scene.sessionId);

    assertEquals(early.status, "active");
    assertEquals([late.status, late.endReason, late.endingNumber], ["ended", "abandoned", 1]);
  }],

  ["[K5] grace starts again at the end of a turn that outlived its last connection (R6)", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    await detach(scene, { connectionId });
    await world.passTime(GRACE_MS + 1);
    await world.sweep();
    await finishAnswer(scene, { epoch, turn });
    await appendOk(scene, { epoch, seqFrom: 7, release: true });

    await world.sweep();
    const early = await world.inspect(scene.sessionId);
    await world.passTime(GRACE_MS + 1);
    await world.sweep();

    assertEquals(early.status, "active");
    assertEquals((await world.inspect(scene.sessionId)).status, "ended");
  }],

  ["[K1] the sweep asks a live leader instead of ending behind its back", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await converse(scene);
    await detach(scene, { connectionId });
    await world.passTime(GRACE_MS + 1);
    await appendOk(scene, { epoch, seqFrom: 7 });

    await world.sweep();
    const asked = await appendOk(scene, { epoch, seqFrom: 7 });
    const ended = await appendOk(scene, {
      epoch,
      seqFrom: 7,
      end: { ...CLOSED, reason: asked.endRequested! },
    });

    assertEquals(asked.endRequested, "abandoned");
    assertEquals(ended.ended?.reason, "abandoned");
  }],

  ["nothing is ended while a connection is attached", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await converse(scene);
    for (let round = 0; round < 6; round++) {
      await world.passTime(ATTACHMENT_MS * 0.8);
      await appendOk(scene, { epoch, seqFrom: 7 });
      await world.sweep();
    }

    const { status, systemEvents } = await world.inspect(scene.sessionId);

    assertEquals([status, systemEvents], ["active", ["connected"]]);
  }],

  ["[K5] a follower's connections are renewed by a call without batches", async (world) => {
    const scene = await createScene(world);
    await lead(scene);
    const { connectionId } = await attach(scene, { workerId: "worker-2" });
    await world.passTime(ATTACHMENT_MS * 0.8);
    await world.store.append({ workerId: "worker-2", batches: [] });
    await world.passTime(ATTACHMENT_MS * 0.8);
    await world.sweep();

    assertEquals((await world.inspect(scene.sessionId)).systemEvents, [
      "connected",
      "resumed",
      "disconnected",
    ]);
    assertEquals(await detach(scene, { workerId: "worker-2", connectionId }), 0);
  }],

  ["a dead worker's connections expire, and its session ends after the grace period", async (world) => {
    const scene = await createScene(world);
    await converse(scene);

    await world.passTime(ATTACHMENT_MS + 1);
    await world.sweep();
    const detached = await world.inspect(scene.sessionId);
    await world.passTime(GRACE_MS);
    await world.sweep();
    const ended = await world.inspect(scene.sessionId);

    assertEquals([detached.status, detached.systemEvents], ["active", ["connected", "disconnected"]]);
    assertEquals([ended.status, ended.endReason], ["ended", "abandoned"]);
  }],

  ["[K4] after a restart attachments get the time in which they could not be renewed", async (world) => {
    const scene = await createScene(world);
    await converse(scene);
    await world.passTime(ATTACHMENT_MS + 1);
    await world.restart();

    await world.sweep();

    assertEquals((await world.inspect(scene.sessionId)).systemEvents, ["connected"]);
  }],

  ["[K15] a waiting turn does not keep its session active", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    await appendOk(scene, { epoch, seqFrom: 6, turns: [turnChange(turn, "waiting")], release: true });
    await detach(scene, { connectionId });

    await world.passTime(GRACE_MS + 1);
    await world.sweep();

    const { status, turns } = await world.inspect(scene.sessionId);
    assertEquals([status, turns[0]?.status], ["ended", "waiting"]);
  }],
];
