import { assert, assertEquals } from "@std/assert";
import type { Chunk, FrameOf } from "../protocol/mod.ts";
import { BroadcastLane } from "./broadcast-lane.ts";
import type { Broadcast } from "./broadcaster.ts";
import { createManualClock } from "./testing/manual-clock.ts";

const TOPICS = ["session:a"];
const audience = { topics: TOPICS, epochStart: 1 };

function words(seq: number, ...deltas: string[]): FrameOf<"chunks"> {
  const chunks = deltas.map((delta): Chunk => ({ type: "text-delta", id: "1", delta }));
  return { type: "chunks", epoch: 1, seq, durableSeq: seq - 1, turnId: "t", messageId: "m", chunks };
}

function arrange(answer: () => Promise<void> = () => Promise.resolve()) {
  const clock = createManualClock();
  const calls: Broadcast[][] = [];
  const broadcast = (messages: Broadcast[]) => {
    calls.push(messages);
    return answer();
  };
  return { clock, calls, lane: new BroadcastLane({ broadcaster: { broadcast }, clock }) };
}

const seqsOf = (calls: Broadcast[][]) =>
  calls.flat().map(({ payload }) => {
    const { seq, chunks } = payload as FrameOf<"chunks">;
    return [seq, seq + chunks.length - 1];
  });

Deno.test("[R13] what is said within a tick goes out as one message, of all sessions in one call", async () => {
  const { lane, calls, clock } = arrange();

  lane.say("a", words(2, "one ", "two "), audience);
  lane.say("b", words(7, "other"), { topics: ["session:b"], epochStart: 5 });
  lane.say("a", words(4, "three"), audience);
  await clock.advance(100);

  assertEquals(calls.length, 1);
  assertEquals(calls[0]?.map(({ topic, event }) => [topic, event]), [["session:a", "chunks"], [
    "session:b",
    "chunks",
  ]]);
  assertEquals(calls[0]?.[0]?.payload, {
    ...words(2, "one ", "two ", "three"),
    durableSeq: 3,
    epochStart: 1,
  });
});

Deno.test("nobody watching costs no call", async () => {
  const { lane, calls, clock } = arrange();

  lane.say("a", words(2, "one"), { topics: [], epochStart: 1 });
  await clock.advance(1_000);

  assertEquals(calls, []);
});

Deno.test("what was said is not changed by what is merged", () => {
  const { lane } = arrange();
  const frame = words(2, "one");

  lane.say("a", frame, audience);
  lane.say("a", words(3, "two"), audience);

  assertEquals(frame.chunks.length, 1);
});

Deno.test("[K18] items that do not follow one another are not merged, nor those of two epochs or topics", async () => {
  const { lane, calls, clock } = arrange();

  lane.say("a", words(2, "one"), audience);
  lane.say("a", words(4, "gap"), audience);
  lane.say("a", { ...words(5, "epoch"), epoch: 2 }, audience);
  lane.say("a", { ...words(6, "topics"), epoch: 2 }, { topics: ["session:a", "session:a:2"], epochStart: 1 });
  await clock.advance(100);

  assertEquals(seqsOf(calls), [[2, 2], [4, 4], [5, 5], [6, 6], [6, 6]]);
});

Deno.test("a call that fails is not repeated, and the lane rests for a second", async () => {
  let isDown = true;
  const { lane, calls, clock } = arrange(() =>
    isDown ? Promise.reject(new Error("down")) : Promise.resolve()
  );

  lane.say("a", words(2, "lost"), audience);
  await clock.advance(100);
  lane.say("a", words(3, "resting"), audience);
  isDown = false;
  await clock.advance(1_000);
  lane.say("a", words(4, "again"), audience);
  await clock.advance(100);

  assertEquals(seqsOf(calls), [[2, 2], [4, 4]]);
});

Deno.test("[R11] a call that hangs keeps no more than a bounded amount, and is given up", async () => {
  const { lane, calls, clock } = arrange(() => new Promise(() => {}));
  lane.say("a", words(2, "hangs"), audience);
  await clock.advance(100);

  const long = "x".repeat(100_000);
  for (let seq = 3; seq < 103; seq++) lane.say("a", words(seq, long), audience);
  await clock.advance(3_000);

  assertEquals(calls.length, 2);
  const bytes = JSON.stringify(calls[1]).length;
  assert(bytes < 2_000_000, `${bytes} bytes`);
});

Deno.test("an item that no message can hold is left to the log", async () => {
  const { lane, calls, clock } = arrange();
  const output: Chunk = { type: "tool-output-available", toolCallId: "c", output: "x".repeat(300_000) };

  lane.say("a", { ...words(2), chunks: [output] }, audience);
  lane.say("a", words(3, "after"), audience);
  await clock.advance(100);

  assertEquals(seqsOf(calls), [[3, 3]]);
});
