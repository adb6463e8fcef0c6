/** Whom the writer is told to let hear: K18, K19. */
import { assertEquals } from "@std/assert";
import { append, appendOk, createScene, lead, type Scene, userEvent } from "./drive.ts";
import type { ContractTest } from "../session-store-contract.ts";

const WATCH_MS = 30_000;

async function topicsOf(scene: Scene, epoch: number) {
  return (await appendOk(scene, { epoch, seqFrom: 1 })).topics;
}

export const watchTests: ContractTest[] = [
  ["append() names no topics while nobody watches", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);

    const outcome = await appendOk(scene, { epoch, seqFrom: 1 });

    assertEquals("topics" in outcome, false);
  }],

  ["append() names the topics on which somebody watches, until they stop", async (world) => {
    const scene = await createScene(world);
    const { sessionId } = scene;
    const { epoch } = await lead(scene);

    await world.watch(sessionId, "owner");
    const owner = await topicsOf(scene, epoch);
    await world.passTime(WATCH_MS * 0.6);
    await world.watch(sessionId, "observer");
    const both = await topicsOf(scene, epoch);
    await world.passTime(WATCH_MS * 0.6);
    const observer = await topicsOf(scene, epoch);
    await world.passTime(WATCH_MS * 0.6);
    const nobody = await topicsOf(scene, epoch);

    assertEquals(owner, [`session:${sessionId}`]);
    assertEquals(both, [`session:${sessionId}`, `session:${sessionId}:1`]);
    assertEquals(observer, [`session:${sessionId}:1`]);
    assertEquals(nobody, undefined);
  }],

  ["[K19] a revocation silences the observers' topic, and a later one has a new name", async (world) => {
    const scene = await createScene(world);
    const { sessionId } = scene;
    const { epoch } = await lead(scene);
    await world.watch(sessionId, "owner");
    await world.watch(sessionId, "observer");

    await world.revokeShares(sessionId);
    const revoked = await topicsOf(scene, epoch);
    await world.watch(sessionId, "observer");
    const invitedAgain = await topicsOf(scene, epoch);

    assertEquals(revoked, [`session:${sessionId}`]);
    assertEquals(invitedAgain, [`session:${sessionId}`, `session:${sessionId}:2`]);
  }],

  ["only a batch that was committed is told who watches", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    await world.watch(scene.sessionId, "owner");

    const gap = await append(scene, { epoch, seqFrom: 5, events: [userEvent(5)] });

    assertEquals(gap, { sessionId: scene.sessionId, outcome: "gap", lastSeq: 0 });
  }],
];
