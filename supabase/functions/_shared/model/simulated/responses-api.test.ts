import { assertEquals, assertStringIncludes } from "@std/assert";
import { createDrivenClock } from "../testing/driven-clock.ts";
import { createSimulatedFetch } from "./simulated-fetch.ts";

const URL = "http://simulated.invalid/v1/responses";

function open({ tokensPerSecond = 0, firstTokenMs = 0 } = {}) {
  const clock = createDrivenClock();
  let idCount = 0;
  const fetch = createSimulatedFetch({
    clock,
    pace: { tokensPerSecond, firstTokenMs },
    createId: () => `id${++idCount}`,
    obeysFaults: true,
  });
  const post = (input: unknown, body: Record<string, unknown> = {}) =>
    fetch(URL, {
      method: "POST",
      body: JSON.stringify({ model: "m", input, stream: true, background: true, ...body }),
    });
  const get = (path: string) => fetch(`${URL}/${path}`);
  const cancel = (id: string) => fetch(`${URL}/${id}/cancel`, { method: "POST" });
  return { clock, fetch, post, get, cancel };
}

interface Event {
  type: string;
  sequence_number: number;
  delta?: string;
  response?: Record<string, unknown>;
  item?: Record<string, unknown>;
}

async function eventsOf(response: Response | Promise<Response>): Promise<Event[]> {
  const text = await (await response).text();
  return text.split("\n\n").filter((event) => event !== "").map((event) => {
    const [name, data] = event.split("\n");
    const parsed = JSON.parse(data?.replace(/^data: /, "") ?? "");
    assertEquals(name, `event: ${parsed.type}`);
    return parsed;
  });
}

function wordsOf(events: Event[]): string {
  return events.map(({ delta }) => delta ?? "").join("");
}

Deno.test("the Responses API streams numbered events from created to completed", async () => {
  const { post } = open();

  const events = await eventsOf(post("count to 2"));

  assertEquals(events.map(({ type }) => type.replace("response.", "")), [
    "created",
    "queued",
    "in_progress",
    "output_item.added",
    "content_part.added",
    "output_text.delta",
    "output_text.delta",
    "output_text.done",
    "content_part.done",
    "output_item.done",
    "completed",
  ]);
  assertEquals(events.map(({ sequence_number }) => sequence_number), events.map((_, index) => index));
  const last = events.at(-1)?.response;
  assertEquals([last?.status, last?.usage], ["completed", {
    input_tokens: 3,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 2,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 5,
  }]);
});

Deno.test("the Responses API calls tools, and answers when it gets their results", async () => {
  const { post } = open();
  const question = { role: "user", content: "Check order status for order_id=ORD-1001" };
  const parameters = { type: "object", required: ["order_id"] };
  const tools = [{ type: "function", name: "fetch_order_status", parameters, strict: false }];

  const asked = await eventsOf(post([question], { tools }));
  const call = asked.findLast(({ type }) => type === "response.output_item.done")?.item;
  const result = { order_id: "ORD-1001", status: "shipped" };
  const answered = await eventsOf(post([
    question,
    { type: "function_call", call_id: call?.call_id, name: call?.name, arguments: call?.arguments },
    { type: "function_call_output", call_id: call?.call_id, output: JSON.stringify(result) },
  ], { tools }));

  assertEquals([call?.name, call?.arguments, wordsOf(asked)], [
    "fetch_order_status",
    `{"order_id":"ORD-1001"}`,
    `{"order_id":"ORD-1001"}`,
  ]);
  assertStringIncludes(wordsOf(answered), "shipped");
});

Deno.test("the Responses API goes on writing at its pace while nobody reads, and replays from any place", async () => {
  const { clock, post, get } = open({ tokensPerSecond: 10, firstTokenMs: 100 });
  const response = await post("count to 9");
  await response.body?.cancel();
  await clock.advance(450);

  const rest = eventsOf(get("resp_id1?stream=true&starting_after=5"));
  await clock.advance(10_000);
  const again = await eventsOf(get("resp_id1?stream=true"));

  assertEquals([wordsOf(await rest), wordsOf(again)], [" 2 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 8 9"]);
  assertEquals((await rest)[0]?.sequence_number, 6);
});

Deno.test("the Responses API tells how far a response is, and cancels it with what is there", async () => {
  const { clock, post, get, cancel } = open({ tokensPerSecond: 10 });
  const reading = eventsOf(post("count to 9"));
  await clock.advance(350);

  const before = await (await get("resp_id1")).json();
  const cancelled = await (await cancel("resp_id1")).json();

  assertEquals([before.status, cancelled.status], ["in_progress", "cancelled"]);
  assertEquals(wordsOf(await reading), "1 2 3 4");
  assertEquals(clock.pendingCount, 0);
  assertEquals((await (await get("resp_id1")).json()).status, "cancelled");
});

Deno.test("the Responses API leaves a finished response as it is when it is cancelled", async () => {
  const { post, cancel } = open();
  await eventsOf(post("count to 2"));

  assertEquals((await (await cancel("resp_id1")).json()).status, "completed");
});

Deno.test("the Responses API does not know what it has not stored, or has forgotten", async () => {
  const { clock, post, get, cancel } = open();
  await eventsOf(post("count to 2"));
  await eventsOf(post("count to 2 [[fault:forgotten]]"));
  await clock.advance(600_000);

  for (const response of [await get("resp_id1"), await get("resp_id2?stream=true"), await cancel("resp_x")]) {
    const { error } = await response.json();
    assertEquals([response.status, error.type, error.code], [404, "invalid_request_error", null]);
    assertStringIncludes(error.message, "not found");
  }
});

Deno.test("the Responses API keeps a bounded number of finished responses", async () => {
  const { post, get } = open();
  for (let count = 0; count < 202; count++) await eventsOf(post("count to 1"));

  assertEquals([(await get("resp_id1")).status, (await get("resp_id202")).status], [404, 200]);
});

Deno.test("the Responses API writes for one reader when there is no background, and stops when that one leaves", async () => {
  const { clock, post, get } = open({ tokensPerSecond: 10 });
  const response = await post("count to 9", { background: false });

  await response.body?.cancel();

  assertEquals([(await get("resp_id1")).status, clock.pendingCount], [404, 0]);
});

Deno.test("the Responses API answers whole when it is not asked to stream", async () => {
  const { post } = open();

  const whole = await (await post("count to 3", { stream: false, background: false })).json();

  assertEquals([whole.status, whole.output[0].content[0].text], ["completed", "1 2 3"]);
});

Deno.test("the Responses API stops at the number of tokens it is allowed, and says so", async () => {
  const { post } = open();

  const events = await eventsOf(post("count to 9", { max_output_tokens: 4 }));

  const last = events.at(-1);
  assertEquals([wordsOf(events), last?.type], ["1 2 3 4", "response.incomplete"]);
  assertEquals(last?.response?.incomplete_details, { reason: "max_output_tokens" });
});

Deno.test("the Responses API fails in mid-stream when asked, or breaks the first connection only", async () => {
  const { post, get } = open();

  const failed = await eventsOf(post("count to 20 [[fault:mid_stream:3]]"));
  const cut = await eventsOf(post("count to 9 [[fault:cut_off:3]]"));
  const rest = await eventsOf(get("resp_id2?stream=true&starting_after=7"));

  assertEquals([wordsOf(failed), failed.at(-1)?.type], ["1 2 3", "response.failed"]);
  assertEquals([wordsOf(cut), wordsOf(rest)], ["1 2 3", " 4 5 6 7 8 9"]);
});

const statuses = [["rate_limit", 429, "rate_limit_exceeded"], ["quota", 429, "insufficient_quota"]] as const;
for (const [name, status, code] of statuses) {
  Deno.test(`the Responses API fails with ${status} ${code} when asked for ${name}`, async () => {
    const response = await open().post(`Hello [[fault:${name}]]`);

    assertEquals([response.status, (await response.json()).error.code], [status, code]);
  });
}

Deno.test("the Responses API refuses what is no request, in the provider's error format", async () => {
  const { fetch, post, get } = open();
  await eventsOf(post("count to 1"));
  const refused = [
    await fetch(URL, { method: "POST", body: "{" }),
    await post([]),
    await post("Hello", { store: false }),
    await get("resp_id1?stream=true&starting_after=x"),
  ];

  for (const response of refused) {
    assertEquals([response.status, (await response.json()).error.type], [400, "invalid_request_error"]);
  }
  assertEquals((await fetch(URL)).status, 404);
});
