import { assert, assertEquals, assertLess } from "@std/assert";
import type { Chunk, FrameOf } from "../protocol/mod.ts";
import { BroadcastLane } from "./broadcast-lane.ts";
import { type Broadcast, RefusedMessageError } from "./broadcaster.ts";
import { createManualClock } from "./testing/manual-clock.ts";

const TOPICS = ["session:a"];
const audience = { topics: TOPICS, epochStart: 1 };

function words(seq: number, ...deltas: string[]): FrameOf<"chunks"> {
  const chunks = deltas.map((delta): Chunk => ({ type: "text-delta", id: "1", delta }));
  return { type: "chunks", epoch: 1, seq, durableSeq: seq - 1, turnId: "t", messageId: "m", chunks };
}

function arrange(answer: (messages: Broadcast[]) => Promise<void> = () => Promise.resolve()) {
  const clock = createManualClock();
  const calls: Broadcast[][] = [];
  const broadcast = (messages: Broadcast[]) => {
    calls.push(messages);
    return answer(messages);
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

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

Deno.test("[R13] no message is longer than Realtime takes, whatever the script it is written in", async () => {
  for (const letter of ["x", "語", "\u0001", '"', "🌕"]) {
    const { lane, calls, clock } = arrange();
    for (let seq = 2; seq < 12; seq++) lane.say("a", words(seq, letter.repeat(20_000)), audience);
    lane.say("a", words(12, letter.repeat(150_000)), audience);
    await clock.advance(100);

    const messages = calls.flat();
    assertEquals(seqsOf(calls).slice(0, 10).map(([seq]) => seq), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const { payload } of messages) assertLess(bytesOf(payload), 256_000, JSON.stringify(letter));
  }
});

Deno.test("a long message goes in a call of its own, in its place", async () => {
  const { lane, calls, clock } = arrange();

  lane.say("a", words(2, "short"), audience);
  lane.say("a", words(3, "x".repeat(100_000)), audience);
  lane.say("a", words(4, "short"), audience);
  lane.say("b", words(7, "other"), { topics: ["session:b"], epochStart: 1 });
  await clock.advance(100);

  assertEquals(calls.map((messages) => seqsOf([messages])), [[[2, 2]], [[3, 3]], [[4, 4], [7, 7]]]);
});

Deno.test("one message that is refused keeps no other from being heard, now or later", async () => {
  const { lane, calls, clock } = arrange((messages) =>
    messages.some(({ topic }) => topic === "session:b")
      ? Promise.reject(new RefusedMessageError("too long"))
      : Promise.resolve()
  );

  lane.say("a", words(2, "one"), audience);
  lane.say("b", words(7, "refused"), { topics: ["session:b"], epochStart: 1 });
  lane.say("c", words(4, "two"), { topics: ["session:c"], epochStart: 1 });
  await clock.advance(100);
  lane.say("a", words(3, "at once"), audience);
  await clock.advance(100);

  assertEquals(calls.map((messages) => messages.map(({ topic }) => topic)), [
    ["session:a", "session:b", "session:c"],
    ["session:a"],
    ["session:b"],
    ["session:c"],
    ["session:a"],
  ]);
});

Deno.test("a failure while messages are tried one by one ends the attempt, and the lane rests", async () => {
  const { lane, calls, clock } = arrange((messages) =>
    Promise.reject(messages.length > 1 ? new RefusedMessageError("too long") : new Error("down"))
  );

  lane.say("a", words(2, "one"), audience);
  lane.say("b", words(7, "two"), { topics: ["session:b"], epochStart: 1 });
  await clock.advance(100);
  lane.say("a", words(3, "resting"), audience);
  await clock.advance(500);

  assertEquals(calls.map(({ length }) => length), [2, 1]);
});

Deno.test("[K19] what waits for a topic that was closed meanwhile is not sent there", async () => {
  const { lane, calls, clock } = arrange();
  lane.say("a", words(2, "one"), { topics: ["session:a", "session:a:1"], epochStart: 1 });

  lane.keepOnly("a", ["session:a", "session:a:2"]);
  await clock.advance(100);

  assertEquals(calls.flat().map(({ topic }) => topic), ["session:a"]);
});
