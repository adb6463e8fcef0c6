/**
 * A provider in the wire format of chat completions that costs as little as possible: it paces many streams on one timer
 * and stamps tokens with the time they were made. A process of its own: `paced-provider.ts` prints its base URL.
 */
import { TITLE_INSTRUCTIONS } from "../../supabase/functions/_shared/session/title-instructions.ts";
import { reportLine } from "./child-line.ts";
import { type Order, parseOrder } from "./order.ts";
import { toStamp, wallClock } from "./stamp.ts";

const TICK_MS = 1;
/** With nobody pacing it, this many tokens go into one piece. */
const TOKENS_PER_PIECE = 50;
const WORDS = (
  "the of and to in is you that it he was for on are as with his they at be this have from or one had by word " +
  "but not what all were we when your can said there use an each which she do how their if will up other about " +
  "out many then them these so some her would make like him into time has look two more write go see number"
).split(" ");

/** To whatever else is asked: a title, a summary. */
const SHORT_ANSWER: Order = { tokens: 3, tokensPerSecond: 0, stampEvery: 0 };

interface Stream {
  order: Order;
  sentCount: number;
  dueAt: number;
  controller: ReadableStreamDefaultController<Uint8Array>;
}

const streams = new Set<Stream>();
const encoder = new TextEncoder();

function toEvent(delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  const envelope = { id: "chatcmpl-bench", object: "chat.completion.chunk", created: 0, model: "bench" };
  return `data: ${JSON.stringify({ ...envelope, choices })}\n\n`;
}

function tokenAt(index: number, { stampEvery }: Order): string {
  const isStamp = stampEvery > 0 && index % stampEvery === 0;
  return ` ${isStamp ? toStamp(wallClock()) : WORDS[(index * 29) % WORDS.length]}`;
}

function toEnd(order: Order): string {
  const usage = { prompt_tokens: 20, completion_tokens: order.tokens, total_tokens: 20 + order.tokens };
  const last = { id: "chatcmpl-bench", object: "chat.completion.chunk", created: 0, model: "bench" };
  return `${toEvent({}, "stop")}data: ${JSON.stringify({ ...last, choices: [], usage })}\n\ndata: [DONE]\n\n`;
}

/** Sends what is due; returns false when the stream has sent its last. */
function advance(stream: Stream, now: number): boolean {
  const { order, controller } = stream;
  let text = "";
  let room = order.tokensPerSecond > 0 ? Infinity : TOKENS_PER_PIECE;
  while (stream.sentCount < order.tokens && stream.dueAt <= now && room-- > 0) {
    text += toEvent({ content: tokenAt(stream.sentCount, order) });
    stream.sentCount++;
    if (order.tokensPerSecond > 0) stream.dueAt += 1_000 / order.tokensPerSecond;
  }
  const isLast = stream.sentCount === order.tokens;
  if (isLast && !order.holds) text += toEnd(order);
  if (text !== "") controller.enqueue(encoder.encode(text));
  if (isLast && !order.holds) controller.close();
  return !isLast;
}

function tick(): void {
  const now = performance.now();
  for (const stream of streams) {
    if (stream.dueAt <= now && !advance(stream, now)) streams.delete(stream);
  }
}

function toBody(order: Order): ReadableStream<Uint8Array> {
  let stream: Stream | undefined;
  return new ReadableStream({
    start(controller) {
      stream = { order, sentCount: 0, dueAt: performance.now(), controller };
      controller.enqueue(encoder.encode(toEvent({ role: "assistant", content: "" })));
      if (advance(stream, stream.dueAt)) streams.add(stream);
    },
    cancel() {
      if (stream) streams.delete(stream);
    },
  });
}

async function answer(request: Request): Promise<Response> {
  const { messages, stream } = await request.json() as {
    stream?: boolean;
    messages: { role: string; content: string }[];
  };
  const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const isTitle = messages.some(({ content }) => content.includes(TITLE_INSTRUCTIONS));
  const order = isTitle ? null : parseOrder(asked);
  if (stream) {
    const body = toBody(order ?? SHORT_ANSWER);
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }
  const message = { role: "assistant", content: "A benchmark ran." };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  return Response.json({
    id: "chatcmpl-bench",
    object: "chat.completion",
    created: 0,
    model: "bench",
    choices,
  });
}

if (import.meta.main) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  setInterval(tick, TICK_MS);
  reportLine({ baseUrl: `http://127.0.0.1:${server.addr.port}/v1` });
}
