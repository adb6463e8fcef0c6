/** `turn.cancel`: which turn it aims at, and what it does where nobody leads. R7, K11. */
import { assertEquals } from "@std/assert";
import type { Chunk, DurableCommand, Message } from "../../protocol/mod.ts";
import {
  answerEvent,
  append,
  appendOk,
  createScene,
  createTurn,
  finishAnswer,
  lead,
  LEASE_MS,
  type Scene,
  startAnswer,
  turnChange,
  type TurnIds,
  userEvent,
} from "./drive.ts";
import type { ContractTest } from "../session-store-contract.ts";
import type { StoreWorld } from "./store-world.ts";

function submit({ world, sessionId, userId }: Scene, command: DurableCommand) {
  return world.store.submitCommand({ sessionId, userId, command });
}

function cancel(turnId?: string): DurableCommand {
  return { type: "turn.cancel", id: crypto.randomUUID(), ...(turnId ? { turnId } : {}) };
}

const FRESH = { duplicate: false, settled: false, seq: null, refusal: null, targetTurnId: null };

interface Step {
  epoch: number;
  turn: TurnIds;
  seqFrom: number;
  userSeq?: number;
}

/** An answer asks for a decision, and is stored as far as it is. */
async function pause(
  scene: Scene,
  { epoch, turn, seqFrom, userSeq = 1, answerFrom = 2 }: Step & { answerFrom?: number },
): Promise<void> {
  const { messageId } = turn;
  await appendOk(scene, {
    epoch,
    seqFrom,
    chunkRuns: [{ seqFrom, ...turn, chunks: [{ type: "finish" }] }],
    events: [answerEvent({ seq: answerFrom, seqTo: seqFrom, messageId })],
    turns: [turnChange(turn, "waiting", userSeq)],
  });
}

/** Its turn has not come. */
async function decide(scene: Scene, { epoch, turn, seqFrom, userSeq = 1 }: Step): Promise<void> {
  const status = "queued";
  const chunks: Chunk[] = [
    { type: "start", messageId: turn.messageId, messageMetadata: { status } },
    { type: "tool-approval-response", approvalId: "a", approved: true },
  ];
  await appendOk(scene, {
    epoch,
    seqFrom,
    chunkRuns: [{ seqFrom, ...turn, chunks }],
    turns: [turnChange(turn, status, userSeq)],
  });
}

/** The second answer speaks; the first one has its decision and waits in line behind it. The log ends at 13. */
async function decideBehindAnother(world: StoreWorld) {
  const scene = await createScene(world);
  const { epoch } = await lead(scene);
  const first = await startAnswer(scene, { epoch });
  await pause(scene, { epoch, turn: first, seqFrom: 6 });
  const second = await startAnswer(scene, { epoch, seqFrom: 7 });
  await decide(scene, { epoch, turn: first, seqFrom: 12 });
  return { scene, epoch, first, second };
}

export const cancelTests: ContractTest[] = [
  ["[K11] a cancel aims at the turn that was active when it was first sent", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const first = await startAnswer(scene, { epoch });
    const command = cancel();
    const submitted = await submit(scene, command);
    await finishAnswer(scene, { epoch, turn: first });
    await startAnswer(scene, { epoch, seqFrom: 7 });

    const again = await submit(scene, command);

    assertEquals(submitted, { ...FRESH, targetTurnId: first.turnId });
    assertEquals(again, { ...FRESH, duplicate: true, targetTurnId: first.turnId });
  }],

  ["[K11] a cancel sent again keeps its first aim, whatever it names then", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const { turnId } = await startAnswer(scene, { epoch });
    const command = cancel(turnId);
    await submit(scene, command);

    const again = await submit(scene, { ...cancel(crypto.randomUUID()), id: command.id });

    assertEquals(again, { ...FRESH, duplicate: true, targetTurnId: turnId });
  }],

  ["[K11] a cancel aims at the answer that speaks, not at one that stands in line decided", async (world) => {
    const { scene, second } = await decideBehindAnother(world);

    const submitted = await submit(scene, cancel());
    const { activeTurn } = await world.store.readLog({ sessionId: scene.sessionId });

    assertEquals(submitted.targetTurnId, second.turnId);
    assertEquals(activeTurn, { ...second, status: "running" });
  }],

  [
    "[K11] [K15] a cancel while all answers wait aims at the newest, and is left to a leader",
    async (world) => {
      const scene = await createScene(world);
      const { epoch } = await lead(scene);
      const first = await startAnswer(scene, { epoch });
      await pause(scene, { epoch, turn: first, seqFrom: 6 });
      const second = await startAnswer(scene, { epoch, seqFrom: 7 });
      await pause(scene, { epoch, turn: second, seqFrom: 12, answerFrom: 8, userSeq: 7 });
      const command = cancel();
      await world.passTime(LEASE_MS + 1);

      const submitted = await submit(scene, command);
      const next = await lead(scene, "worker-2");
      const { inbox } = await appendOk(scene, { ...next, seqFrom: 13 });

      assertEquals(submitted, { ...FRESH, targetTurnId: second.turnId });
      assertEquals(inbox, [{ command, userId: scene.userId, targetTurnId: second.turnId }]);
    },
  ],

  ["[K11] a cancel of nothing aims at nothing", async (world) => {
    const scene = await createScene(world);
    await lead(scene);

    assertEquals(await submit(scene, cancel()), FRESH);
  }],

  [
    "[K11] a cancel with no live leader fences and ends the turn itself, keeping its text (R7)",
    async (world) => {
      const scene = await createScene(world);
      const { epoch } = await lead(scene);
      const turn = await startAnswer(scene, { epoch });
      await world.passTime(LEASE_MS + 1);

      const submitted = await submit(scene, cancel(turn.turnId));
      const late = await append(scene, { epoch, seqFrom: 6, events: [userEvent(6)] });

      const { sessionId } = scene;
      assertEquals(submitted, { ...FRESH, settled: true, seq: 7, targetTurnId: turn.turnId });
      assertEquals(late, { sessionId, outcome: "fenced", epoch: 2, rewindTo: 5 });
      const { items, activeTurn } = await world.store.readLog({ sessionId, afterSeq: 1 });
      assertEquals(activeTurn, null);
      assertEquals(items, [{
        kind: "message",
        seq: 2,
        seqTo: 7,
        message: {
          id: turn.messageId,
          role: "assistant",
          metadata: { status: "cancelled", turnId: turn.turnId },
          parts: [{ type: "text", text: "Hello", state: "done" }],
        },
      }]);
    },
  ],

  ["[K11] [R2] a question that is cancelled in line has an answer that says so", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const queued = createTurn();
    await appendOk(scene, {
      epoch,
      seqFrom: 1,
      events: [userEvent(1)],
      turns: [turnChange(queued, "queued")],
    });
    await world.passTime(LEASE_MS + 1);

    const submitted = await submit(scene, cancel());

    const { items } = await world.store.readLog({ sessionId: scene.sessionId, afterSeq: 1 });
    assertEquals(submitted, { ...FRESH, settled: true, seq: 4, targetTurnId: queued.turnId });
    assertEquals(items.map((item) => item.kind === "message" && item.message.metadata?.status), [
      "cancelled",
    ]);
    assertEquals((await world.inspect(scene.sessionId)).log, ["user_message 1-1", "assistant_message 2-4"]);
  }],

  ["[K11] one with a decision is closed as what it had become", async (world) => {
    const { scene, first } = await decideBehindAnother(world);
    const { sessionId } = scene;
    await world.passTime(LEASE_MS + 1);

    const submitted = await submit(scene, cancel(first.turnId));

    const { items, openTurns } = await world.store.readLog({ sessionId, afterSeq: 11 });
    assertEquals(submitted, { ...FRESH, settled: true, seq: 15, targetTurnId: first.turnId });
    assertEquals(openTurns.map(({ status }) => status), ["running"]);
    assertEquals(
      items.map((item) => item.kind === "message" && [item.seq, item.seqTo, item.message.metadata]),
      [
        [12, 15, { status: "cancelled", turnId: first.turnId }],
      ],
    );
  }],

  ["[K12] a call that is approved and cancelled before its turn comes has not run", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = createTurn();
    const waiting = answerEvent({ seq: 2, seqTo: 2, messageId: turn.messageId });
    const call = { type: "tool-order", toolCallId: "c", state: "approval-requested", approval: { id: "a" } };
    Object.assign(waiting.data.message as Message, { parts: [{ ...call, input: {} }] });
    const events = [userEvent(1), waiting];
    await appendOk(scene, { epoch, seqFrom: 1, events, turns: [turnChange(turn, "waiting")] });
    await startAnswer(scene, { epoch, seqFrom: 3 });
    await decide(scene, { epoch, turn, seqFrom: 8 });
    await world.passTime(LEASE_MS + 1);

    await submit(scene, cancel(turn.turnId));

    const { items } = await world.store.readLog({ sessionId: scene.sessionId, afterSeq: 7 });
    assertEquals(items.map((item) => item.kind === "message" && item.message.parts), [[{
      ...{ type: "tool-order", toolCallId: "c", state: "output-error", input: {} },
      ...{ approval: { id: "a", approved: true }, errorText: "Not run. Cancelled" },
    }]]);
  }],

  ["[R7] one with a decision is not held against the leaders that die while it is in line", async (world) => {
    const { scene } = await decideBehindAnother(world);
    for (const workerId of ["worker-2", "worker-3"]) {
      await world.passTime(LEASE_MS + 1);
      await lead(scene, workerId);
    }

    const { openTurns } = await world.store.readLog({ sessionId: scene.sessionId });

    assertEquals(openTurns.map(({ status, attempts }) => [status, attempts]), [["queued", 1], [
      "running",
      2,
    ]]);
  }],
];
