/** What the clean close of a connection does to its session: K1, K4, K5. */
import { assertEquals } from "@std/assert";
import {
  append,
  appendOk,
  attach,
  ATTACHMENT_MS,
  converse,
  createScene,
  detach,
  finishAnswer,
  GRACE_MS,
  lead,
  startAnswer,
  userEvent,
} from "./drive.ts";
import type { ContractTest } from "../session-store-contract.ts";

const CLOSED = { reason: "closed", onlyIfUnattached: true } as const;

export const closingTests: ContractTest[] = [
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

  [
    "[K5] a clean close leaves the session to connections that could not be renewed in time",
    async (world) => {
      const scene = await createScene(world);
      const { connectionId } = await converse(scene);
      await attach(scene);
      await world.passTime(ATTACHMENT_MS + 1);

      const attachedCount = await detach(scene, { connectionId, closeCode: 1000 });

      const { lease } = await world.store.claimSession({ sessionId: scene.sessionId, workerId: "worker-1" });
      assertEquals([attachedCount, lease.epoch, (await world.inspect(scene.sessionId)).status], [
        1,
        1,
        "active",
      ]);
    },
  ],

  ["[K4] after a restart a clean close asks for no end while another connection waits", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await converse(scene);
    await attach(scene);
    await world.passTime(ATTACHMENT_MS + 1);
    await world.restart();

    await detach(scene, { connectionId, closeCode: 1000 });
    const outcome = await appendOk(scene, { epoch, seqFrom: 7 });

    assertEquals(outcome.endRequested, undefined);
  }],

  [
    "[K5] a dead worker's connection delays a clean close by the grace period, and no longer",
    async (world) => {
      const scene = await createScene(world);
      const { connectionId } = await converse(scene);
      await attach(scene, { workerId: "worker-2" });
      await world.passTime(ATTACHMENT_MS + 1);
      await detach(scene, { connectionId, closeCode: 1000 });

      await world.sweep();
      const early = await world.inspect(scene.sessionId);
      await world.passTime(GRACE_MS + 1);
      await world.sweep();
      const late = await world.inspect(scene.sessionId);

      assertEquals(early.status, "active");
      assertEquals([late.status, late.endReason], ["ended", "abandoned"]);
    },
  ],
];
