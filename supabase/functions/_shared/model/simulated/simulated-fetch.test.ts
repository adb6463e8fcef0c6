import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SUMMARY_INSTRUCTIONS } from "../summary-instructions.ts";
import { createDrivenClock } from "../testing/driven-clock.ts";
import { createSimulatedFetch } from "./simulated-fetch.ts";

const URL = "http://simulated.invalid/v1/chat/completions";

function open({ tokensPerSecond = 0, firstTokenMs = 0, obeysFaults = true } = {}) {
  const clock = createDrivenClock();
  let idCount = 0;
  const fetch = createSimulatedFetch({
    clock,
    pace: { tokensPerSecond, firstTokenMs },
    createId: () => `id${++idCount}`,
    obeysFaults,
  });
  const post = (text: string, { signal, ...body }: Record<string, unknown> & { signal?: AbortSignal } = {}) =>
    fetch(URL, {
      method: "POST",
      body: JSON.stringify({
        model: "m",
        messages: [{ role: "user", content: text }],
        stream: true,
        ...body,
      }),
      ...(signal ? { signal } : {}),
    });
  return { clock, fetch, post };
}

interface WireChoice {
  delta: { role?: string; content?: string | null };
  finish_reason: string | null;
}

function eventsOf(text: string): string[] {
  return text.split("\n\n").filter((event) => event !== "").map((event) => event.replace(/^data: /, ""));
}

function contentOf(events: string[]): string {
  return events.filter((event) => event !== "[DONE]")
    .flatMap((event) => (JSON.parse(event).choices ?? []) as WireChoice[])
    .map((choice) => choice.delta.content ?? "").join("");
}

Deno.test("createSimulatedFetch() streams in the provider's wire format: role, tokens, finish, usage, [DONE]", async () => {
  const { post } = open();

  const response = await post("count to 2", { stream_options: { include_usage: true } });

  const envelope = {
    id: "chatcmpl-id1",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "m",
    system_fingerprint: null,
  };
  const chunk = (delta: object, finish: string | null = null) => ({
    ...envelope,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage: null,
  });
  const events = eventsOf(await response.text());
  assertEquals(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assertEquals(events.at(-1), "[DONE]");
  assertEquals(events.slice(0, -1).map((event) => JSON.parse(event)), [
    chunk({ role: "assistant", content: "", refusal: null }),
    chunk({ content: "1" }),
    chunk({ content: " 2" }),
    chunk({}, "stop"),
    { ...envelope, choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
  ]);
});

Deno.test("createSimulatedFetch() answers whole when it is not asked to stream", async () => {
  const { post } = open();

  const completion = await (await post("count to 3", { stream: false })).json();

  assertEquals(completion.object, "chat.completion");
  assertEquals(completion.choices[0].message, { role: "assistant", content: "1 2 3", refusal: null });
  assertEquals(completion.usage, { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 });
});

Deno.test("createSimulatedFetch() keeps to the pace it is set", async () => {
  const { post, clock } = open({ tokensPerSecond: 40, firstTokenMs: 250 });
  const response = await post("count to 41");

  await clock.drive(response.text());

  assertEquals(clock.monotonic(), 250 + 40 * 25);
});

Deno.test("createSimulatedFetch() stops at the number of tokens it is allowed", async () => {
  const { post } = open();

  const text = await (await post("count to 9", { max_tokens: 4 })).text();

  assertEquals(contentOf(eventsOf(text)), "1 2 3 4");
  assertStringIncludes(text, `"finish_reason":"length"`);
});

Deno.test("createSimulatedFetch() makes no token that nobody reads", async () => {
  const { post } = open();
  const response = await post("count to 10000");
  const reader = response.body?.getReader();

  const first = await reader?.read();

  const text = new TextDecoder().decode(first?.value);
  assertEquals(text.split("\n\n").length - 1, 64);
  await reader?.cancel();
});

Deno.test("createSimulatedFetch() serves a reader that brings its own buffer", async () => {
  const { post } = open();
  const reader = (await post("count to 100")).body?.getReader({ mode: "byob" });
  const decoder = new TextDecoder();
  let text = "";
  let buffer = new Uint8Array(512);

  for (;;) {
    const result = await reader?.read(buffer);
    if (!result?.value || result.done) break;
    text += decoder.decode(result.value, { stream: true });
    buffer = new Uint8Array(result.value.buffer);
  }

  assertEquals(contentOf(eventsOf(text)).split(" ").length, 100);
});

Deno.test("createSimulatedFetch() ends with the abort's reason and leaves no timer behind", async () => {
  const { post, clock } = open({ tokensPerSecond: 10 });
  const abort = new AbortController();
  const reason = new Error("stopped");
  const response = await post("count to 100", { signal: abort.signal });
  const reading = response.text();
  await clock.advance(500);

  abort.abort(reason);

  assertEquals(await assertRejects(() => reading), reason);
  assertEquals(clock.pendingCount, 0);
});

Deno.test("createSimulatedFetch() leaves no timer behind when its reader leaves", async () => {
  const { post, clock } = open({ tokensPerSecond: 10 });
  const response = await post("count to 100");
  const reader = response.body?.getReader();
  await reader?.read();
  const pending = reader?.read();
  await clock.advance(10);

  await reader?.cancel();

  await pending;
  assertEquals(clock.pendingCount, 0);
});

const statuses = [["rate_limit", 429], ["quota", 429], ["server_error", 500], ["unauthorized", 401], [
  "bad_request",
  400,
]];
for (const [name, status] of statuses) {
  Deno.test(`createSimulatedFetch() fails with ${status} when asked for ${name}`, async () => {
    const { post } = open();

    const response = await post(`Hello [[fault:${name}]]`);

    assertEquals(response.status, status);
    assertEquals(Object.keys((await response.json()).error).sort(), ["code", "message", "param", "type"]);
  });
}

Deno.test("createSimulatedFetch() fails only as often as asked", async () => {
  const { post } = open();
  const attempt = async () => {
    const response = await post("count to 1 [[fault:server_error:2]]");
    await response.body?.cancel();
    return response.status;
  };

  assertEquals([await attempt(), await attempt(), await attempt()], [500, 500, 200]);
});

Deno.test("createSimulatedFetch() fails in mid-stream, or breaks off, with the beginning of its answer", async () => {
  const { post } = open();

  const failed = eventsOf(await (await post("count to 20 [[fault:mid_stream]]")).text());
  const short = eventsOf(await (await post("count to 2 [[fault:mid_stream]]")).text());
  const cut = eventsOf(await (await post("count to 20 [[fault:cut_off:3]]")).text());

  assertEquals(contentOf(failed), "1 2 3 4 5");
  assertEquals(JSON.parse(failed.at(-1) ?? "").error.type, "server_error");
  assertEquals(contentOf(cut), "1 2 3");
  assertEquals(contentOf(short), "1 2");
  assertStringIncludes(short.at(-1) ?? "", "error");
  assertEquals(cut.some((event) => event.includes(`"finish_reason":"stop"`)), false);
});

Deno.test("createSimulatedFetch() stalls until it is aborted", async () => {
  const { post, clock } = open({ tokensPerSecond: 100 });
  const abort = new AbortController();
  const response = await post("count to 20 [[fault:stall]]", { signal: abort.signal });
  let text = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const piece of response.body ?? []) text += decoder.decode(piece);
  })();

  await clock.advance(600_000);
  assertEquals(contentOf(eventsOf(text)), "1 2 3 4 5");
  abort.abort(new Error("enough"));

  await assertRejects(() => reading, Error, "enough");
});

Deno.test("createSimulatedFetch() is slow to begin when asked", async () => {
  const { post, clock } = open();

  await clock.drive(post("count to 2 [[fault:slow_first_token:7000]]").then((response) => response.text()));

  assertEquals(clock.monotonic(), 7_000);
});

Deno.test("createSimulatedFetch() ignores faults where it stands in for a real model, and never repeats the marker", async () => {
  const { post } = open({ obeysFaults: false });

  const response = await post("Hm [[fault:quota]]");

  assertEquals(response.status, 200);
  assertStringIncludes(contentOf(eventsOf(await response.text())), "You wrote: “Hm”");
});

Deno.test("[R8] createSimulatedFetch() does not let the fault of an answer strike the summary, unless it is asked to", async () => {
  const { post } = open();
  const summarize = (text: string) =>
    post("", {
      messages: [{ role: "system", content: SUMMARY_INSTRUCTIONS }, {
        role: "user",
        content: `[user] ${text}`,
      }],
    });

  const kept = await summarize("Hello [[fault:server_error]]");
  const struck = await summarize("Hello [[summary_fault:server_error]]");
  const answered = await post("count to 1 [[summary_fault:server_error]]");

  assertEquals([kept.status, struck.status, answered.status], [200, 500, 200]);
  assertStringIncludes(contentOf(eventsOf(await kept.text())), "“Hello”");
});

Deno.test("createSimulatedFetch() refuses what is no request, in the provider's error format", async () => {
  const { fetch } = open();
  const post = (body: string) => fetch(URL, { method: "POST", body });

  for (const body of ["{", "{}", `{"model":"m","messages":[]}`, `{"model":"m","messages":[{"role":"x"}]}`]) {
    const response = await post(body);
    assertEquals([response.status, (await response.json()).error.type], [400, "invalid_request_error"]);
  }
  assertEquals((await fetch("http://simulated.invalid/v1/embeddings", { method: "POST" })).status, 404);
});
