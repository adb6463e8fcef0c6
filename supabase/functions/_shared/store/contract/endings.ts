/** Endings and the sweep: R6, K1, K5, K15. */
import { assert, assertEquals } from "@std/assert";
import {
  appendOk,
  attach,
  ATTACHMENT_MS,
  batchOf,
  converse,
  createScene,
  detach,
  finishAnswer,
  GRACE_MS,
  lead,
  startAnswer,
  turnChange,
  userEvent,
} from "./drive.ts";
import type { ContractTest } from "../session-store-contract.ts";

const CLOSED = { reason: "closed", onlyIfUnattached: true } as const;
const BY_USER = { reason: "ended_by_user", onlyIfUnattached: false } as const;

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

  ["[K6] the user's end that is repeated after somebody came back took place all the same", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const byUser = batchOf(scene, { epoch, seqFrom: 1, end: BY_USER });
    const first = await world.store.append({ workerId: "worker-1", batches: [byUser] });
    await attach(scene, { workerId: "worker-2" });

    const again = await world.store.append({ workerId: "worker-1", batches: [byUser] });

    assertEquals(again, first);
    assertEquals((await world.inspect(scene.sessionId)).status, "active");
  }],

  ["[K6] an end for want of connections that is repeated after somebody came back is none", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await converse(scene);
    await detach(scene, { connectionId });
    const closed = batchOf(scene, { epoch, seqFrom: 7, end: CLOSED });
    await world.store.append({ workerId: "worker-1", batches: [closed] });
    await attach(scene, { workerId: "worker-2" });

    const [again] = await world.store.append({ workerId: "worker-1", batches: [closed] });

    assertEquals(again?.outcome === "ok" && again.ended, undefined);
  }],

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

  [
    "[K5] the user's end of a session reopened with nothing said is theirs, and stands when it is left again",
    async (world) => {
      const scene = await createScene(world);
      const { epoch, connectionId } = await converse(scene);
      await detach(scene, { connectionId });
      const before = await appendOk(scene, { epoch, seqFrom: 7, end: { ...CLOSED, reason: "abandoned" } });

      const visit = await attach(scene);
      const { ended } = await appendOk(scene, { epoch, seqFrom: 7, end: BY_USER });
      await attach(scene, visit);
      await detach(scene, visit);
      const left = await appendOk(scene, { epoch, seqFrom: 7, end: CLOSED });

      const { endReason, endingNumber, jobs } = await world.inspect(scene.sessionId);
      assertEquals(ended, { ...before.ended!, reason: "ended_by_user" });
      assertEquals(left.ended, ended);
      assertEquals([endReason, endingNumber, jobs.length], ["ended_by_user", 1, 1]);
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
