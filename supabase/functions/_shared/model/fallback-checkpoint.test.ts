import { assertEquals, assertRejects } from "@std/assert";
import { createFallbackModel } from "./fallback-model.ts";
import { type ModelCheckpoint, ModelError, type ModelPart } from "./language-model.ts";
import { type Attempt, createAttemptsModel, QUOTA, UNAVAILABLE } from "./testing/attempts-model.ts";
import { collect, textOf } from "./testing/collect.ts";
import { createDrivenClock } from "./testing/driven-clock.ts";

const ANSWER: Attempt = { says: ["Yes", "."] };
const LOST = new ModelError("model_unavailable", { isCheckpointLost: true, retryable: false });

function placeIn(model: string, sequence = 7): ModelCheckpoint {
  return { model, responseId: `resp_${model}`, sequence };
}

function arrange({ big, small }: { big: Attempt[]; small: Attempt[] }) {
  const clock = createDrivenClock();
  const toCandidate = (name: string, attempts: Attempt[]) => ({
    name,
    model: createAttemptsModel(clock, attempts),
    isSimulated: false,
  });
  const candidates = { big: toCandidate("big", big), small: toCandidate("small", small) };
  const model = createFallbackModel({
    candidates: [candidates.big, candidates.small],
    clock,
    random: () => 0,
  });
  const parts: ModelPart[] = [];
  return {
    clock,
    parts,
    big: candidates.big.model,
    small: candidates.small.model,
    ask: (checkpoint?: ModelCheckpoint) => clock.drive(collect(model, { checkpoint }, parts)),
  };
}

Deno.test("createFallbackModel() goes on with an answer where it is stored, without a word about it", async () => {
  const { ask, big, small } = arrange({ big: [ANSWER], small: [ANSWER] });

  const { parts } = await ask(placeIn("small"));

  assertEquals(parts.map(({ type }) => type), ["text-delta", "text-delta", "finish"]);
  assertEquals([big.askedFrom, small.askedFrom], [[], [placeIn("small")]]);
});

Deno.test("createFallbackModel() goes on with a stored answer although it has stopped asking that model", async () => {
  const { ask, big } = arrange({ big: [QUOTA, ANSWER], small: [ANSWER] });
  await ask();

  await ask(placeIn("big"));

  assertEquals(big.askedFrom, [undefined, placeIn("big")]);
});

Deno.test("createFallbackModel() never asks anew by itself when a stored answer is lost", async () => {
  const { ask, big, small } = arrange({ big: [{ fails: LOST }], small: [ANSWER] });

  const error = await assertRejects(() => ask(placeIn("big")), ModelError);
  const unknown = await assertRejects(() => ask(placeIn("retired")), ModelError);

  assertEquals([error.isCheckpointLost, unknown.isCheckpointLost], [true, true]);
  assertEquals([big.startedAt.length, small.startedAt.length], [1, 0]);
});

Deno.test("createFallbackModel() tries to reach a stored answer again, and leaves it to nobody else", async () => {
  const { ask, big, small } = arrange({ big: [UNAVAILABLE], small: [ANSWER] });

  const error = await assertRejects(() => ask(placeIn("big")), ModelError);

  assertEquals([error.code, error.isCheckpointLost], ["model_unavailable", false]);
  assertEquals([big.startedAt.length, small.startedAt.length], [3, 0]);
});

Deno.test("createFallbackModel() gives out where an answer is stored before it has said anything, and may still replace it", async () => {
  const failing = (sequence: number) => ({ ...UNAVAILABLE, checkpoint: placeIn("big", sequence) });
  const { ask } = arrange({
    big: [failing(1), failing(2), failing(3)],
    small: [{ ...ANSWER, checkpoint: placeIn("small") }],
  });

  const { parts } = await ask();

  assertEquals(
    parts.map((part) => part.type === "checkpoint" ? part.checkpoint : part.type),
    [
      ...[1, 2, 3].map((sequence) => placeIn("big", sequence)),
      "notice",
      placeIn("small"),
      "text-delta",
      "text-delta",
      "finish",
    ],
  );
});

Deno.test("createFallbackModel() lets a model think for as long after its answer has a name as before", async () => {
  const { ask, clock, parts } = arrange({
    big: [{ checkpoint: placeIn("big"), says: ["Yes"], pauseMs: 40_000 }],
    small: [],
  });

  await ask();

  assertEquals([textOf(parts), clock.monotonic()], ["Yes", 40_000]);
});
