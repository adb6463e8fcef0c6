/** Reading and resuming: R3, R4, K3, K8, K9. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { StoreError } from "../store-error.ts";
import type { LogItem } from "../session-store.ts";
import {
  answerEvent,
  appendOk,
  createScene,
  createTurn,
  finishAnswer,
  lead,
  LEASE_MS,
  type Scene,
  speech,
  startAnswer,
  turnChange,
  userEvent,
} from "./drive.ts";
import type { ContractTest } from "../session-store-contract.ts";

/** `message seq-seqTo` or `chunks seq+count`, in order. */
function outline(items: LogItem[]): string[] {
  return items.map((item) =>
    item.kind === "message" ? `message ${item.seq}-${item.seqTo}` : `chunks ${item.seq}+${item.chunks.length}`
  );
}

async function resume({ world, sessionId }: Scene, epoch: number, seq: number): Promise<unknown[]> {
  const page = await world.store.readLog({ sessionId, cursor: { epoch, seq } });
  return [page.resume, outline(page.items)];
}

export const readTests: ContractTest[] = [
  ["an open turn keeps its checkpoint until a change comes without one", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    const checkpoint = { model: "m", responseId: "r", sequence: 7 };
    const read = async () => await world.store.readLog({ sessionId: scene.sessionId });

    await appendOk(scene, { epoch, seqFrom: 6, turns: [{ ...turnChange(turn, "running"), checkpoint }] });
    const { openTurns: [kept], activeTurn } = await read();
    await appendOk(scene, { epoch, seqFrom: 6, turns: [turnChange(turn, "running")] });
    const { openTurns: [cleared] } = await read();

    assertEquals([kept?.checkpoint, cleared?.checkpoint], [checkpoint, undefined]);
    assertEquals(activeTurn, { ...turn, status: "running" });
  }],

  ["readLog() gives messages, and the chunks of the answer being written", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });

    const page = await world.store.readLog({ sessionId: scene.sessionId });

    assertEquals(outline(page.items), ["message 1-1", "chunks 2+4"]);
    assertEquals(page.items[1], { kind: "chunks", seq: 2, ...turn, chunks: speech(turn, "Hel", "lo") });
    assertEquals([page.epoch, page.lastSeq, page.nextSeq, page.status], [1, 5, null, "active"]);
    assertEquals(page.activeTurn, { ...turn, status: "running" });
    assertEquals(page.openTurns, [{ ...turnChange(turn, "running"), attempts: 1 }]);
  }],

  ["[R4] a cursor inside a finished turn gets the finished message", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    await finishAnswer(scene, { epoch, turn });

    assertEquals(await resume(scene, 1, 4), [{ kind: "replay" }, ["message 2-6"]]);
    assertEquals(await resume(scene, 1, 6), [{ kind: "replay" }, []]);
  }],

  ["[R3] a cursor inside a flush gets exactly what is beyond it", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    await startAnswer(scene, { epoch });

    const page = await world.store.readLog({ sessionId: scene.sessionId, cursor: { epoch, seq: 4 } });

    const chunks = page.items.flatMap((item) => item.kind === "chunks" ? item.chunks : []);
    assertEquals(outline(page.items), ["chunks 5+1"]);
    assertEquals(chunks, [{ type: "text-delta", id: "t", delta: "lo" }]);
  }],

  ["[K3] a cursor of an older epoch rewinds to where the next one began", async (world) => {
    const scene = await createScene(world);
    await startAnswer(scene, await lead(scene));
    await world.passTime(LEASE_MS + 1);
    const second = await lead(scene, "worker-2");
    await appendOk(scene, { ...second, seqFrom: 6, events: [userEvent(6)] });
    await world.passTime(LEASE_MS + 1);
    const third = await lead(scene, "worker-3");
    await appendOk(scene, { ...third, seqFrom: 7, events: [userEvent(7)] });

    const beyond = [{ kind: "rewind", rewindTo: 5 }, ["message 6-6", "message 7-7"]];
    assertEquals(await resume(scene, 1, 9), beyond);
    assertEquals(await resume(scene, 1, 6), beyond);
    assertEquals(await resume(scene, 1, 5), [{ kind: "replay" }, ["message 6-6", "message 7-7"]]);
    assertEquals(await resume(scene, 2, 8), [{ kind: "rewind", rewindTo: 6 }, ["message 7-7"]]);
  }],

  ["[K3] a cursor ahead of the log under the same epoch waits", async (world) => {
    const scene = await createScene(world);
    await startAnswer(scene, await lead(scene));

    assertEquals(await resume(scene, 1, 8), [{ kind: "replay" }, []]);
  }],

  ["[K3] an unknown or future epoch gets a snapshot", async (world) => {
    const scene = await createScene(world);
    await startAnswer(scene, await lead(scene));

    const whole = [{ kind: "snapshot" }, ["message 1-1", "chunks 2+4"]];
    assertEquals(await resume(scene, 0, 0), whole);
    assertEquals(await resume(scene, 2, 3), whole);
  }],

  ["[K8] pages are bounded in bytes and together give the whole log once", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    for (let seq = 1; seq <= 30; seq++) {
      await appendOk(scene, { epoch, seqFrom: seq, events: [userEvent(seq, "x".repeat(200))] });
    }

    const seqs: number[] = [];
    let afterSeq: number | null = 0;
    let pages = 0;
    while (afterSeq !== null) {
      const page = await world.store.readLog({ sessionId: scene.sessionId, afterSeq, maxBytes: 1000 });
      assert(page.items.length <= 5);
      seqs.push(...page.items.map(({ seq }) => seq));
      afterSeq = page.nextSeq;
      pages++;
    }

    assertEquals(seqs, Array.from({ length: 30 }, (_, index) => index + 1));
    assert(pages >= 6);
  }],

  ["[K8] one page holds more items than the Data API gives rows", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const seqs = Array.from({ length: 1_200 }, (_, index) => index + 1);
    await appendOk(scene, { epoch, seqFrom: 1, events: seqs.map((seq) => userEvent(seq)) });

    const page = await world.store.readLog({ sessionId: scene.sessionId, maxBytes: 10_000_000 });

    assertEquals(page.items.map(({ seq }) => seq), seqs);
    assertEquals(page.nextSeq, null);
  }],

  ["[R3] a question asked during an answer comes before it, and is not lost between pages", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    await appendOk(scene, { epoch, seqFrom: 6, events: [userEvent(6)] });
    await appendOk(scene, {
      epoch,
      seqFrom: 7,
      chunkRuns: [{ seqFrom: 7, ...turn, chunks: [{ type: "finish" }] }],
      events: [answerEvent({ seq: 2, seqTo: 7, messageId: turn.messageId, text: "x".repeat(500) })],
      turns: [turnChange(turn, "completed")],
    });
    await appendOk(scene, { epoch, seqFrom: 8, events: [userEvent(8)] });

    const first = await world.store.readLog({ sessionId: scene.sessionId, maxBytes: 1 });
    const second = await world.store.readLog({ sessionId: scene.sessionId, maxBytes: 1, afterSeq: 1 });
    const third = await world.store.readLog({ sessionId: scene.sessionId, maxBytes: 1, afterSeq: 6 });

    assertEquals([outline(first.items), first.nextSeq], [["message 1-1"], 1]);
    assertEquals([outline(second.items), second.nextSeq], [["message 6-6"], 6]);
    assertEquals([outline(third.items), third.nextSeq], [["message 2-7"], 7]);
  }],

  ["[K9] a finished turn's chunks are trimmed after a minute, and not before", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    await finishAnswer(scene, { epoch, turn });

    await world.passTime(59_000);
    await world.sweep();
    const early = await world.inspect(scene.sessionId);
    await world.passTime(2_000);
    await world.sweep();
    const late = await world.inspect(scene.sessionId);

    assertEquals([early.bufferRowCount, late.bufferRowCount], [2, 0]);
    assertEquals(await resume(scene, 1, 3), [{ kind: "replay" }, ["message 2-6"]]);
  }],

  ["an answer continued after a pause has a second range in the log", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    const { messageId } = turn;
    await appendOk(scene, {
      epoch,
      seqFrom: 6,
      events: [answerEvent({ seq: 2, seqTo: 5, messageId })],
      turns: [turnChange(turn, "waiting")],
    });
    const waiting = await world.store.readLog({ sessionId: scene.sessionId });
    const rest = [{ type: "text-start", id: "u" } as const];
    await appendOk(scene, {
      epoch,
      seqFrom: 6,
      turns: [turnChange(turn, "running")],
      chunkRuns: [{ seqFrom: 6, ...turn, chunks: rest }],
    });

    const page = await world.store.readLog({ sessionId: scene.sessionId });

    assertEquals(waiting.activeTurn, { ...turn, status: "waiting" });
    assertEquals(outline(waiting.items), ["message 1-1", "message 2-5"]);
    assertEquals(outline(page.items), ["message 1-1", "message 2-5", "chunks 6+1"]);
  }],

  ["open turns come in order of their question, the running one being active", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const running = await startAnswer(scene, { epoch });
    const queued = createTurn();
    await appendOk(scene, {
      epoch,
      seqFrom: 6,
      events: [userEvent(6)],
      turns: [turnChange(queued, "queued", 6)],
    });

    const page = await world.store.readLog({ sessionId: scene.sessionId });

    assertEquals(page.openTurns, [
      { ...turnChange(running, "running"), attempts: 1 },
      { ...turnChange(queued, "queued", 6), attempts: 1 },
    ]);
    assertEquals(page.activeTurn?.turnId, running.turnId);
  }],

  ["readLog() of a session that does not exist says so", async (world) => {
    const { sessionId } = await createScene(world);

    const error = await assertRejects(() => world.store.readLog({ sessionId }), StoreError);

    assertEquals([error.code, error.retryable], ["session_not_found", false]);
  }],
];
