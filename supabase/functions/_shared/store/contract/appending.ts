/** Appending: R1, R2, R5, K6. */
import { assertEquals } from "@std/assert";
import {
  answerEvent,
  append,
  appendOk,
  batchOf,
  createScene,
  createTurn,
  finishAnswer,
  lead,
  LEASE_MS,
  speech,
  startAnswer,
  turnChange,
  userEvent,
} from "./drive.ts";
import type { Chunk } from "../../protocol/mod.ts";
import type { ContractTest } from "../session-store-contract.ts";

export const appendTests: ContractTest[] = [
  ["[K6] a batch with the last one's id that ends elsewhere is judged by its place", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const batchId = crypto.randomUUID();
    await appendOk(scene, { epoch, seqFrom: 1, batchId, events: [userEvent(1)] });

    await appendOk(scene, { epoch, seqFrom: 2, batchId, events: [userEvent(2)] });
    const gap = await append(scene, { epoch, seqFrom: 4, batchId, events: [userEvent(4)] });

    assertEquals(gap, { sessionId: scene.sessionId, outcome: "gap", lastSeq: 2 });
    assertEquals((await world.inspect(scene.sessionId)).log, ["user_message 1-1", "user_message 2-2"]);
  }],

  ["a title that the model gave is not replaced by a message's, nor one by nothing", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const titles: (string | null)[] = [];
    for (
      const title of [
        { text: "Hi", source: "message" },
        { text: "Hello", source: "message" },
        { text: "Greeting", source: "model" },
        { text: "Later", source: "message" },
        { text: "", source: "model" },
        { text: "Better", source: "model" },
      ] as const
    ) {
      await appendOk(scene, { epoch, seqFrom: 1, title });
      titles.push((await world.store.readLog({ sessionId: scene.sessionId })).title);
    }

    assertEquals(titles, ["Hi", "Hello", "Greeting", "Greeting", "Greeting", "Better"]);
  }],

  ["[R2] append() stores events in order of seq and counts messages and tokens", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    await finishAnswer(scene, { epoch, turn });
    const usage = { inputTokens: 3, outputTokens: 4, totalTokens: 7 };

    const outcome = await appendOk(scene, {
      epoch,
      seqFrom: 7,
      usage,
      title: { text: "A title", source: "message" },
    });

    const facts = await world.inspect(scene.sessionId);
    assertEquals(outcome, { sessionId: scene.sessionId, outcome: "ok", lastSeq: 6, inbox: [] });
    assertEquals(facts.log, ["user_message 1-1", "assistant_message 2-6"]);
    assertEquals([facts.messageCount, facts.inputTokens], [2, 3]);
    assertEquals((await world.store.readLog({ sessionId: scene.sessionId })).title, "A title");
  }],

  ["[K6] an identical repeat answers ok and changes nothing", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const batch = batchOf(scene, { epoch, seqFrom: 1, events: [userEvent(1)] });

    const first = await world.store.append({ workerId: "worker-1", batches: [batch] });
    const again = await world.store.append({ workerId: "worker-1", batches: [batch] });

    assertEquals(again, first);
    assertEquals((await world.inspect(scene.sessionId)).log, ["user_message 1-1"]);
  }],

  ["[K6] a batch that does not follow the last seq is a gap", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    await appendOk(scene, { epoch, seqFrom: 1, events: [userEvent(1)] });

    const ahead = await append(scene, { epoch, seqFrom: 3, events: [userEvent(3)] });
    const behind = await append(scene, { epoch, seqFrom: 1, events: [userEvent(1)] });

    assertEquals(ahead, { sessionId: scene.sessionId, outcome: "gap", lastSeq: 1 });
    assertEquals(behind, { sessionId: scene.sessionId, outcome: "gap", lastSeq: 1 });
  }],

  [
    "[K6] speech that is appended again changes nothing, other speech in its place is a gap",
    async (world) => {
      const scene = await createScene(world);
      const { epoch } = await lead(scene);
      const turn = await startAnswer(scene, { epoch });
      const toBatch = (delta: string) => {
        const chunks: Chunk[] = [{ type: "text-delta", id: "t", delta }];
        return batchOf(scene, { epoch, seqFrom: 6, chunkRuns: [{ seqFrom: 6, ...turn, chunks }] });
      };
      const batch = toBatch("more");

      const outcomes = [];
      for (const tried of [batch, batch, toBatch("other"), toBatch("more"), batch]) {
        const [outcome] = await world.store.append({ workerId: "worker-1", batches: [tried] });
        outcomes.push(outcome?.outcome);
      }

      assertEquals(outcomes, ["ok", "ok", "gap", "gap", "ok"]);
      const { items, lastSeq } = await world.store.readLog({ sessionId: scene.sessionId, afterSeq: 5 });
      assertEquals([items.length, lastSeq], [1, 6]);
    },
  ],

  ["[K6] what was appended before the last batch is no repetition, be it speech or not", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    const chunks = speech(turn);
    const said = batchOf(scene, { epoch, seqFrom: 6, chunkRuns: [{ seqFrom: 6, ...turn, chunks }] });
    const title = { text: "A title", source: "message" as const };
    const titled = batchOf(scene, { epoch, seqFrom: 8, title });
    const saidMore = batchOf(scene, { epoch, seqFrom: 8, chunkRuns: [{ seqFrom: 8, ...turn, chunks }] });

    const outcomes = [];
    for (const tried of [said, titled, said, titled, saidMore, titled, saidMore]) {
      const [outcome] = await world.store.append({ workerId: "worker-1", batches: [tried] });
      outcomes.push(outcome?.outcome);
    }

    assertEquals(outcomes, ["ok", "ok", "gap", "ok", "ok", "gap", "ok"]);
  }],

  [
    "[R1] the next epoch begins behind the speech of the last one, which is refused from then on",
    async (world) => {
      const scene = await createScene(world);
      const { epoch } = await lead(scene);
      const turn = await startAnswer(scene, { epoch });
      const say = (seqFrom: number) =>
        append(scene, { epoch, seqFrom, chunkRuns: [{ seqFrom, ...turn, chunks: speech(turn) }] });
      await say(6);
      await world.passTime(LEASE_MS / 2);
      await say(8);
      await world.passTime(LEASE_MS + 1);

      const next = await world.store.claimSession({ sessionId: scene.sessionId, workerId: "worker-2" });
      const late = await say(10);

      assertEquals(next.lease, { role: "leader", epoch: 2, startSeq: 10, lastSeq: 9, leaseMs: LEASE_MS });
      assertEquals(late, { sessionId: scene.sessionId, outcome: "fenced", epoch: 2, rewindTo: 9 });
    },
  ],

  ["[K6] one session's refusal leaves the others of the call alone", async (world) => {
    const scenes = await Promise.all(Array.from({ length: 4 }, () => createScene(world)));
    for (const scene of scenes) await lead(scene);
    const [fine, fenced, gap, wrong] = scenes;
    const seqTaken = [userEvent(1), userEvent(1, "again")];

    const outcomes = await world.store.append({
      workerId: "worker-1",
      batches: [
        batchOf(fenced!, { epoch: 7, seqFrom: 1, events: [userEvent(1)] }),
        batchOf(wrong!, { epoch: 1, seqFrom: 1, events: seqTaken }),
        batchOf(gap!, { epoch: 1, seqFrom: 5 }),
        batchOf(fine!, { epoch: 1, seqFrom: 1, events: [userEvent(1)] }),
      ],
    });

    assertEquals(outcomes.map(({ outcome }) => outcome), ["fenced", "gap", "gap", "ok"]);
    assertEquals((await world.inspect(fine!.sessionId)).log, ["user_message 1-1"]);
    assertEquals((await world.inspect(wrong!.sessionId)).log, []);
  }],

  [
    "[K6] chunks of an unknown turn or outside their batch are a gap, and nothing of the batch stays",
    async (world) => {
      const scene = await createScene(world);
      const { epoch } = await lead(scene);
      const turn = createTurn();
      const run = { seqFrom: 2, ...turn, chunks: speech(turn) };

      const unknown = await append(scene, { epoch, seqFrom: 1, events: [userEvent(1)], chunkRuns: [run] });
      const outside = await append(scene, {
        epoch,
        seqFrom: 1,
        lastSeq: 1,
        turns: [turnChange(turn, "running")],
        chunkRuns: [run],
      });

      assertEquals([unknown.outcome, outside.outcome], ["gap", "gap"]);
      const { log, turns, bufferRowCount } = await world.inspect(scene.sessionId);
      assertEquals([log, turns, bufferRowCount], [[], [], 0]);
    },
  ],

  ["an append with nothing in it renews the lease", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    await world.passTime(LEASE_MS * 0.8);
    await appendOk(scene, { epoch, seqFrom: 1 });
    await world.passTime(LEASE_MS * 0.8);

    const next = await world.store.claimSession({ sessionId: scene.sessionId, workerId: "worker-2" });

    assertEquals(next.lease.role, "follower");
  }],

  ["a leader whose lease ran out goes on while nobody has taken it", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    await world.passTime(LEASE_MS * 2);

    const outcome = await append(scene, { epoch, seqFrom: 1, events: [userEvent(1)] });

    assertEquals(outcome.outcome, "ok");
  }],

  ["a final turn stays as it ended", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    await finishAnswer(scene, { epoch, turn });

    await appendOk(scene, { epoch, seqFrom: 7, turns: [turnChange(turn, "running")] });

    const { turns } = await world.inspect(scene.sessionId);
    assertEquals(turns, [{ turnId: turn.turnId, status: "completed", attempts: 1 }]);
  }],

  ["a session that does not exist is fenced", async (world) => {
    const scene = await createScene(world);

    const outcome = await append(scene, { epoch: 1, seqFrom: 1 });

    assertEquals(outcome, { sessionId: scene.sessionId, outcome: "fenced", epoch: 0, rewindTo: 0 });
  }],

  ["text that a database cannot hold is stored with replacements", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);

    await appendOk(scene, {
      epoch,
      seqFrom: 1,
      events: [userEvent(1, "a\0b \uD83D")],
    });
    const { items } = await world.store.readLog({ sessionId: scene.sessionId });

    assertEquals(items[0]?.kind === "message" && items[0].message.parts, [{
      type: "text",
      text: "a\uFFFDb \uFFFD",
    }]);
  }],

  ["[R2] two answers in one session stand one after the other", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const first = await startAnswer(scene, { epoch });
    await finishAnswer(scene, { epoch, turn: first });
    const second = createTurn();

    await appendOk(scene, {
      epoch,
      seqFrom: 7,
      events: [userEvent(7), answerEvent({ seq: 8, seqTo: 10, messageId: second.messageId })],
      turns: [turnChange(second, "completed", 7)],
      chunkRuns: [{ seqFrom: 8, ...second, chunks: speech(second, "Hi") }],
    });

    assertEquals((await world.inspect(scene.sessionId)).log, [
      "user_message 1-1",
      "assistant_message 2-6",
      "user_message 7-7",
      "assistant_message 8-10",
    ]);
  }],
];
