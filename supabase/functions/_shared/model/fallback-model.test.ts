import { assertEquals, assertRejects } from "@std/assert";
import { createFallbackModel } from "./fallback-model.ts";
import type { FallbackPolicy } from "./fallback-policy.ts";
import { ModelError, type ModelPart } from "./language-model.ts";
import {
  type Attempt,
  createAttemptsModel,
  MISCONFIGURED,
  QUOTA,
  UNAVAILABLE,
} from "./testing/attempts-model.ts";
import { collect, textOf } from "./testing/collect.ts";
import { createDrivenClock } from "./testing/driven-clock.ts";

const ANSWER: Attempt = { says: ["Yes", "."] };

interface Arrangement {
  first: Attempt[];
  second?: Attempt[];
  simulated?: Attempt[];
  policy?: Partial<FallbackPolicy>;
}

function arrange({ first, second, simulated, policy }: Arrangement) {
  const clock = createDrivenClock();
  const toCandidate = (name: string, attempts: Attempt[]) => ({
    name,
    model: createAttemptsModel(clock, attempts),
    isSimulated: name === "simulated",
  });
  const wanted = toCandidate("big", first);
  const others = [
    ...(second ? [toCandidate("small", second)] : []),
    ...(simulated ? [toCandidate("simulated", simulated)] : []),
  ];
  const model = createFallbackModel({ candidates: [wanted, ...others], clock, random: () => 0, policy });
  const parts: ModelPart[] = [];
  return {
    clock,
    parts,
    wanted: wanted.model,
    others: others.map((candidate) => candidate.model),
    ask: (signal = new AbortController().signal) => clock.drive(collect(model, { signal }, parts)),
    askAgain: () => clock.drive(collect(model, {})),
    stream: (signal: AbortSignal) => model.stream({ messages: [], tools: [], signal }),
  };
}

const noticeOf = (parts: readonly ModelPart[]) => parts.find((part) => part.type === "notice");

Deno.test("createFallbackModel() passes a good answer through without a word of its own", async () => {
  const { ask, wanted, clock } = arrange({ first: [ANSWER], simulated: [ANSWER] });

  const { parts } = await ask();

  assertEquals(parts.map(({ type }) => type), ["text-delta", "text-delta", "finish"]);
  assertEquals([wanted.startedAt.length, clock.pendingCount], [1, 0]);
});

Deno.test("createFallbackModel() tries again with growing waits while nothing has been said", async () => {
  const { ask, wanted, clock } = arrange({ first: [UNAVAILABLE, UNAVAILABLE, ANSWER] });

  const { text } = await ask();

  assertEquals([text, clock.pendingCount], ["Yes.", 0]);
  assertEquals(wanted.startedAt, [0, 500, 1_500]);
});

Deno.test("createFallbackModel() waits as long as the provider asks, and not for longer than is bearable", async () => {
  const wait = (retryAfterMs: number) => ({ fails: new ModelError("model_unavailable", { retryAfterMs }) });
  const patient = arrange({ first: [wait(4_000), ANSWER] });
  const impatient = arrange({ first: [wait(60_000), ANSWER], simulated: [ANSWER] });

  await patient.ask();
  await impatient.ask();

  assertEquals(patient.wanted.startedAt, [0, 4_000]);
  assertEquals(impatient.wanted.startedAt, [0]);
  assertEquals(noticeOf(impatient.parts)?.notice.code, "model_simulated");
});

Deno.test("[R7] createFallbackModel() neither retries nor replaces an answer that has begun", async () => {
  const { ask, parts, wanted, others } = arrange({
    first: [{ says: ["Half"], fails: new ModelError("model_unavailable") }, ANSWER],
    second: [ANSWER],
  });

  const error = await assertRejects(() => ask(), ModelError);

  assertEquals([error.code, textOf(parts)], ["model_unavailable", "Half"]);
  assertEquals([wanted.startedAt.length, others[0]?.startedAt.length], [1, 0]);
});

Deno.test("createFallbackModel() moves to the next model when the quota is exhausted, and says so first", async () => {
  const { ask, wanted } = arrange({ first: [QUOTA], second: [ANSWER], simulated: [ANSWER] });

  const { parts } = await ask();

  assertEquals(wanted.startedAt.length, 1);
  assertEquals(parts.slice(0, 2), [
    {
      type: "notice",
      notice: {
        code: "model_switched",
        message: "The quota for the model big is exhausted, so small answers instead.",
        model: "small",
      },
    },
    { type: "text-delta", delta: "Yes" },
  ]);
});

Deno.test("createFallbackModel() names why the model that was asked for does not answer", async () => {
  const { ask } = arrange({ first: [UNAVAILABLE], second: [QUOTA], simulated: [ANSWER] });

  const { parts } = await ask();

  assertEquals(
    noticeOf(parts)?.notice.message,
    "The model big is unavailable just now, so this answer is simulated.",
  );
});

Deno.test("createFallbackModel() does not ask a model without quota again until the breaker half-opens", async () => {
  const { ask, askAgain, clock, wanted } = arrange({ first: [QUOTA, ANSWER], simulated: [ANSWER] });

  await ask();
  await askAgain();
  assertEquals(wanted.startedAt.length, 1);
  await clock.advance(300_000);
  const { parts } = await askAgain();

  assertEquals(wanted.startedAt.length, 2);
  assertEquals(noticeOf(parts), undefined);
});

Deno.test("createFallbackModel() lets only one call probe a half-open breaker", async () => {
  const { ask, clock, wanted, stream } = arrange({
    first: [QUOTA, { says: ["Slow"], pauseMs: 1_000 }, ANSWER],
    simulated: [ANSWER],
  });
  const { signal } = new AbortController();
  await ask();
  await clock.advance(300_000);

  const probe = stream(signal)[Symbol.asyncIterator]();
  const probing = probe.next();
  const meanwhile = await stream(signal)[Symbol.asyncIterator]().next();

  assertEquals(noticeOf(meanwhile.value ?? [])?.type, "notice");
  assertEquals((await clock.drive(probing)).value, [{ type: "text-delta", delta: "Slow" }]);
  assertEquals(wanted.startedAt.length, 2);
  await probe.return?.();
});

Deno.test("createFallbackModel() opens the breaker again when the probe fails", async () => {
  const { ask, askAgain, clock, wanted } = arrange({ first: [QUOTA], simulated: [ANSWER] });

  await ask();
  await clock.advance(300_000);
  await askAgain();
  await askAgain();

  assertEquals(wanted.startedAt.length, 2);
});

Deno.test("createFallbackModel() allows another probe after one that was cancelled", async () => {
  const { ask, askAgain, clock, wanted, stream } = arrange({
    first: [QUOTA, { hangs: true }, ANSWER],
    simulated: [ANSWER],
  });
  await ask();
  await clock.advance(300_000);
  const cancel = new AbortController();
  const probing = stream(cancel.signal)[Symbol.asyncIterator]().next();
  cancel.abort(new Error("cancelled"));
  await assertRejects(() => probing, Error, "cancelled");

  const { parts } = await askAgain();

  assertEquals([wanted.startedAt.length, noticeOf(parts)], [3, undefined]);
});

Deno.test("createFallbackModel() throws what happened when no model is left", async () => {
  const { ask, askAgain } = arrange({ first: [QUOTA] });

  const first = await assertRejects(() => ask(), ModelError);
  const second = await assertRejects(() => askAgain(), ModelError);

  assertEquals([first.code, second.code], ["model_quota_exceeded", "model_quota_exceeded"]);
  assertEquals(second.retryAfterMs, 300_000);
});

Deno.test("createFallbackModel() tries other names for a wrong one, but never hides a wrong key behind simulation", async () => {
  const named = arrange({ first: [MISCONFIGURED], second: [ANSWER] });
  const hidden = arrange({ first: [MISCONFIGURED], simulated: [ANSWER] });

  await named.ask();
  const error = await assertRejects(() => hidden.ask(), ModelError);

  assertEquals(
    noticeOf(named.parts)?.notice.message,
    "The model big is not available to this account, so small answers instead.",
  );
  assertEquals([error.code, hidden.others[0]?.startedAt.length], ["model_misconfigured", 0]);
});

Deno.test("createFallbackModel() does not shop around with a request that was rejected", async () => {
  const { ask, others } = arrange({ first: [{ fails: new ModelError("model_rejected") }], second: [ANSWER] });

  const error = await assertRejects(() => ask(), ModelError);

  assertEquals([error.code, others[0]?.startedAt.length], ["model_rejected", 0]);
});

Deno.test("createFallbackModel() gives up on a model that says nothing for too long", async () => {
  const { ask, wanted, clock } = arrange({ first: [{ hangs: true }], simulated: [ANSWER] });

  const { parts } = await ask();

  assertEquals(noticeOf(parts)?.notice.code, "model_simulated");
  assertEquals([wanted.startedAt.length, wanted.abortedCount], [1, 1]);
  assertEquals(Math.floor(clock.monotonic() / 1_000), 45);
});

Deno.test("[R7] createFallbackModel() ends an answer that falls silent, with what was said", async () => {
  const { ask, parts, wanted } = arrange({ first: [{ says: ["So"], hangs: true }], simulated: [ANSWER] });

  const error = await assertRejects(() => ask(), ModelError);

  assertEquals([error.code, textOf(parts), wanted.abortedCount], ["model_unavailable", "So", 1]);
});

Deno.test("createFallbackModel() does not count the time in which the reader is busy", async () => {
  const { clock, stream } = arrange({ first: [{ says: ["one", "two"], pauseMs: 10 }] });
  const parts = stream(new AbortController().signal)[Symbol.asyncIterator]();

  await clock.drive(parts.next());
  await clock.advance(600_000);

  assertEquals((await clock.drive(parts.next())).value, [{ type: "text-delta", delta: "two" }]);
  await parts.return?.();
});

Deno.test("createFallbackModel() lets a slow but steady model speak", async () => {
  const says = Array.from({ length: 20 }, () => "word ");
  const { ask } = arrange({ first: [{ says, pauseMs: 20_000 }] });

  assertEquals((await ask()).text, says.join(""));
});

Deno.test("createFallbackModel() stops waiting for the next attempt when it is aborted", async () => {
  const { clock, stream, wanted } = arrange({ first: [UNAVAILABLE] });
  const cancel = new AbortController();
  const first = stream(cancel.signal)[Symbol.asyncIterator]().next();
  await clock.advance(100);

  cancel.abort(new Error("cancelled"));

  await assertRejects(() => first, Error, "cancelled");
  assertEquals(wanted.startedAt.length, 1);
});
