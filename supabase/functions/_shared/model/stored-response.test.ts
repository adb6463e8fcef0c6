import { assert, assertEquals, assertRejects } from "@std/assert";
import { settle } from "../session/testing/manual-clock.ts";
import { TurnStop } from "../turn/turn-stop.ts";
import { type ModelCheckpoint, ModelError, type ModelPart } from "./language-model.ts";
import { createResponsesModel } from "./responses-model.ts";
import { ask, checkpointsOf, readEventEnds, readUninterrupted, REPLY } from "./testing/background-answer.ts";
import { createBackgroundProvider } from "./testing/background-provider.ts";
import { collect } from "./testing/collect.ts";
import { joinParts } from "./testing/join-parts.ts";

Deno.test("[R3] createResponsesModel() goes on from every checkpoint without losing, repeating or paying anything", async () => {
  const expected = await readUninterrupted();
  const stops = expected.flatMap((part, index) => part.type === "checkpoint" ? [index] : []);
  assertEquals(stops.length, 13);

  for (const stop of stops) {
    const { clock, open, count } = createBackgroundProvider({ reply: REPLY });
    const stopping = new AbortController();
    const before: ModelPart[] = [];
    const first = open().stream({ messages: [], tools: [], ...ask(), signal: stopping.signal });
    for await (const parts of first) {
      before.push(...parts);
      if (before.length === stop + 1) break;
    }
    stopping.abort(new TurnStop("abandoned"));
    const checkpoint = checkpointsOf(before).at(-1);

    const { parts: after } = await clock.drive(collect(open(), { ...ask(), checkpoint }));

    assertEquals(joinParts([...before, ...after]), joinParts(expected), `after part ${stop}`);
    assertEquals([count("POST /responses"), count("GET")], [1, 1]);
  }
});

Deno.test("[R3] createResponsesModel() takes up a connection that breaks after any event by itself, and asks once", async () => {
  const [expected, ends] = [await readUninterrupted(), await readEventEnds()];
  assertEquals(ends.length, 29);

  for (const breaksCleanly of [true, false]) {
    for (const end of ends) {
      const provider = createBackgroundProvider({ reply: REPLY, breaks: [end], breaksCleanly });

      const { parts } = await provider.clock.drive(collect(provider.open(), ask()));

      assertEquals(parts, expected, `after ${end} bytes`);
      assertEquals(provider.count("POST /responses"), 1);
      assertEquals(provider.count("POST /responses/"), 0);
    }
  }
});

Deno.test("[R3] createResponsesModel() survives connections that break in the middle of an event, again and again", async () => {
  const [expected, ends] = [await readUninterrupted(), await readEventEnds()];

  for (const length of [1_101, 1_203, 1_499]) {
    const breaks = Array.from({ length: ends.length }, () => length);
    const provider = createBackgroundProvider({ reply: REPLY, breaks });

    const { parts } = await provider.clock.drive(collect(provider.open(), ask()));

    assertEquals(parts, expected);
    assertEquals(provider.count("POST"), 1);
    assert(provider.count("GET") > 3);
  }
});

Deno.test("createResponsesModel() gives up a connection that never comes back, with what was said", async () => {
  const ends = await readEventEnds();
  const breaks = [ends[10] ?? 0, 0, 0, 0, 0, 0, 0];
  const parts: ModelPart[] = [];
  const { clock, open, count } = createBackgroundProvider({ reply: REPLY, breaks });

  const error = await assertRejects(() => clock.drive(collect(open(), ask(), parts)), ModelError);

  assertEquals([error.code, error.isCheckpointLost, count("GET")], ["model_unavailable", false, 4]);
  assertEquals(joinParts(parts), [{ type: "text-delta", delta: "I look that up, Zoë 👋🏽," }]);
});

Deno.test("createResponsesModel() waits for a provider that is away for a moment, and goes on", async () => {
  const [expected, ends] = [await readUninterrupted(), await readEventEnds()];
  let failures = 3;
  const { clock, open, count } = createBackgroundProvider({
    reply: REPLY,
    breaks: [ends[14] ?? 0],
    intercept: ({ method }) =>
      method === "GET" && failures-- > 0 ? new Response("away", { status: 503 }) : undefined,
  });

  const { parts } = await clock.drive(collect(open(), ask()));

  assertEquals([parts, count("POST"), count("GET")], [expected, 1, 4]);
  assertEquals(clock.monotonic(), 250 + 500 + 1_000);
});

Deno.test("createResponsesModel() says that a checkpoint is lost when the provider has forgotten the answer, or the model is another", async () => {
  const checkpoint = { model: "m", responseId: "resp_gone", sequence: 3 };
  const { clock, open, requests } = createBackgroundProvider();
  const goOn = (model: string) =>
    assertRejects(() => clock.drive(collect(open(model), { ...ask(), checkpoint })), ModelError);

  const gone = await goOn("m");
  const foreign = await goOn("other");

  assertEquals([gone.isCheckpointLost, gone.retryable, gone.code], [true, false, "model_unavailable"]);
  assertEquals(foreign.isCheckpointLost, true);
  assertEquals(requests, ["GET /responses/resp_gone?stream=true&starting_after=3"]);
});

const refusals = [[400, true], [410, true], [401, false], [429, false], [503, false]] as const;
for (const [status, isLost] of refusals) {
  Deno.test(`createResponsesModel() takes a stored answer that is refused with ${status} for ${isLost ? "lost" : "kept"}`, async () => {
    const error = { message: "This response can no longer be streamed.", code: null };
    const { clock, open, count } = createBackgroundProvider({
      intercept: () => Response.json({ error }, { status }),
    });
    const checkpoint = { model: "m", responseId: "resp_1", sequence: 3 };

    const failure = await assertRejects(
      () => clock.drive(collect(open(), { ...ask(), checkpoint })),
      ModelError,
    );

    assertEquals([failure.isCheckpointLost, count("GET"), count("POST")], [isLost, 1, 0]);
  });
}

Deno.test("createResponsesModel() says that a checkpoint is lost when the answer was cancelled behind it", async () => {
  const { clock, open, fetch } = createBackgroundProvider({ tokensPerSecond: 10 });
  const parts: ModelPart[] = [];
  const stopping = new AbortController();
  const reading = collect(open(), { ...ask("count to 50"), signal: stopping.signal }, parts);
  reading.catch(() => {});
  await clock.advance(1_000);
  stopping.abort(new TurnStop("abandoned"));
  const checkpoint = checkpointsOf(parts).at(-1);
  await fetch(`http://p.test/v1/responses/${checkpoint?.responseId}/cancel`, { method: "POST" });

  const error = await assertRejects(
    () => clock.drive(collect(open(), { ...ask(), checkpoint })),
    ModelError,
  );

  assertEquals(error.isCheckpointLost, true);
});

Deno.test("createResponsesModel() finds nothing to go on with behind a stored failure", async () => {
  const { clock, open } = createBackgroundProvider();
  const parts: ModelPart[] = [];
  await assertRejects(() => clock.drive(collect(open(), ask("count to 20 [[fault:mid_stream]]"), parts)));
  const goOn = (checkpoint: ModelCheckpoint | undefined) =>
    assertRejects(() => clock.drive(collect(open(), { ...ask(), checkpoint })), ModelError);

  const atTheEnd = await goOn(checkpointsOf(parts).at(-1));
  const before = await goOn(checkpointsOf(parts).at(-2));

  assertEquals([atTheEnd.isCheckpointLost, before.isCheckpointLost], [true, false]);
});

for (const kind of ["cancelled", "timeout", "abandoned"] as const) {
  Deno.test(`createResponsesModel() ${kind === "abandoned" ? "leaves" : "cancels"} the stored answer of a turn that is ${kind}`, async () => {
    const { clock, open, requests } = createBackgroundProvider({ tokensPerSecond: 10 });
    const stopping = new AbortController();
    const reason = new TurnStop(kind);
    // As the watch over its silence wraps it.
    const signal = AbortSignal.any([stopping.signal, new AbortController().signal]);
    const reading = collect(open(), { ...ask("count to 50"), signal });
    reading.catch(() => {});
    await clock.advance(1_000);

    stopping.abort(reason);

    assertEquals(await assertRejects(() => reading), reason);
    await settle();
    assertEquals(requests.slice(1), kind === "abandoned" ? [] : ["POST /responses/resp_id1/cancel"]);
  });
}

Deno.test("createResponsesModel() cancels an answer that is stopped before it has a name as soon as it has one", async () => {
  const named = Promise.withResolvers<void>();
  const { clock, fetch, requests } = createBackgroundProvider({ tokensPerSecond: 10 });
  const slow: typeof globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (requests.length === 1) await named.promise;
    return response;
  };
  const model = createResponsesModel({
    model: "m",
    mode: "openai",
    clock,
    apiKey: "sk",
    baseUrl: "http://p.test/v1",
    fetch: slow,
  });
  const stopping = new AbortController();
  const reading = collect(model, { ...ask("count to 50"), signal: stopping.signal });
  reading.catch(() => {});
  await settle();
  const reason = new TurnStop("cancelled");

  stopping.abort(reason);

  assertEquals(await assertRejects(() => reading), reason);
  assertEquals(requests, ["POST /responses"]);
  named.resolve();
  await clock.advance(0);
  await settle();
  assertEquals(requests, ["POST /responses", "POST /responses/resp_id1/cancel"]);
});

Deno.test("createResponsesModel() stays calm when the provider does not take the cancel", async () => {
  const { clock, open, requests } = createBackgroundProvider({
    tokensPerSecond: 10,
    intercept: ({ url }) => url.endsWith("/cancel") ? new Response("no", { status: 500 }) : undefined,
  });
  const stopping = new AbortController();
  const reading = collect(open(), { ...ask("count to 50"), signal: stopping.signal });
  reading.catch(() => {});
  await clock.advance(1_000);

  stopping.abort(new TurnStop("cancelled"));

  await assertRejects(() => reading, TurnStop);
  await settle();
  assertEquals(requests.length, 2);
});
