/** The simulated provider's Responses API: answers that are stored, read again from any place, and cancelled. */
import type { Clock } from "../../base/clock.ts";
import { createAnswerStore } from "./answer-store.ts";
import { toErrorResponse } from "./error-response.ts";
import type { Fault } from "./faults.ts";
import type { PreparedReply, PrepareReply } from "./prepare-reply.ts";
import { readRequest } from "./read-request.ts";
import { type ResponseFacts, toFailedEvent, toResponseEvents, type WireEvent } from "./response-events.ts";
import { type ResponseRequest, responseRequestSchema, toCompletionRequest } from "./response-request.ts";
import { type ReadAnswerOptions, type StoredAnswer, writeStoredAnswer } from "./stored-answer.ts";
import { TOKENS_BEFORE_FAULT } from "./stream-steps.ts";

export interface ResponsesApiOptions {
  clock: Clock;
  prepareReply: PrepareReply;
  /** Nothing is written any more. */
  closing: AbortSignal;
}

/** The function returned answers `null` to what is not for it. */
export function createResponsesApi(
  { clock, prepareReply, closing }: ResponsesApiOptions,
): (request: Request) => Promise<Response | null> {
  const store = createAnswerStore(clock);

  async function create(request: Request): Promise<Response> {
    const wanted = await readRequest(request, responseRequestSchema);
    if (wanted instanceof Response) return wanted;
    if (wanted.background && wanted.store === false) {
      return toErrorResponse(400, { message: "Background mode requires store to be true." });
    }
    const prepared = prepareReply(toCompletionRequest(wanted), { idPrefix: "resp_" });
    if (prepared instanceof Response) return prepared;
    const answer = write(prepared, wanted);
    if (wanted.stream) return toStream(answer, readingOf(prepared, { wanted, answer, request }));
    if (!wanted.background) await answer.finished;
    return Response.json(answer.response);
  }

  function write({ reply, facts, faults, pace }: PreparedReply, wanted: ResponseRequest): StoredAnswer {
    const isBackground = wanted.background === true;
    const responseFacts = { ...facts, isBackground, isStored: wanted.store !== false };
    const course = withBreaks(toResponseEvents(reply, responseFacts), { faults, facts: responseFacts });
    const answer = writeStoredAnswer(course, { pace, clock });
    const stop = () => answer.cancel();
    closing.addEventListener("abort", stop, { once: true });
    answer.finished.then(() => closing.removeEventListener("abort", stop));
    const isForgotten = faults.some(({ name }) => name === "forgotten");
    if (responseFacts.isStored && !isForgotten) store.keep(facts.id, answer);
    return answer;
  }

  function readingOf(
    { faults, facts }: PreparedReply,
    { wanted, answer, request }: { wanted: ResponseRequest; answer: StoredAnswer; request: Request },
  ): ReadAnswerOptions {
    const cut = faults.find(({ name }) => name === "cut_off");
    return {
      from: 0,
      maxTokens: cut && (cut.argument ?? TOKENS_BEFORE_FAULT),
      signal: request.signal,
      onLeave() {
        // Without a background, an answer is written for its one reader.
        if (wanted.background || answer.isOver) return;
        answer.cancel();
        store.forget(facts.id);
      },
    };
  }

  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const [, id, verb] = /\/responses(?:\/([^/]+)(\/cancel)?)?$/.exec(pathname) ?? [, null];
    if (id === null) return null;
    if (id === undefined) return request.method === "POST" ? await create(request) : null;
    const answer = store.find(id);
    if (!answer) return toErrorResponse(404, { message: `Response with id '${id}' not found.` });
    if (verb) return request.method === "POST" ? cancel(answer) : null;
    if (request.method !== "GET") return null;
    if (searchParams.get("stream") !== "true") return Response.json(answer.response);
    return goOn(answer, { startingAfter: searchParams.get("starting_after"), signal: request.signal });
  };
}

function cancel(answer: StoredAnswer): Response {
  if (answer.response.background !== true) {
    return toErrorResponse(400, { message: "Only a response in the background can be cancelled." });
  }
  answer.cancel();
  return Response.json(answer.response);
}

function goOn(
  answer: StoredAnswer,
  { startingAfter, signal }: { startingAfter: string | null; signal: AbortSignal },
): Response {
  if (answer.response.background !== true) {
    return toErrorResponse(400, { message: "Only a response in the background can be streamed again." });
  }
  if (startingAfter !== null && !/^\d{1,9}$/.test(startingAfter)) {
    return toErrorResponse(400, { message: "starting_after must be the sequence number of an event." });
  }
  return toStream(answer, { from: startingAfter === null ? 0 : Number(startingAfter) + 1, signal });
}

function toStream(answer: StoredAnswer, reading: ReadAnswerOptions): Response {
  return new Response(answer.read(reading), {
    headers: { "content-type": "text/event-stream; charset=utf-8" },
  });
}

/** The course of an answer with what goes wrong in the writing of it. */
function* withBreaks(
  events: Iterable<WireEvent>,
  { faults, facts }: { faults: Fault[]; facts: ResponseFacts },
): Generator<WireEvent | null> {
  const breaking = faults.find(({ name }) => name === "mid_stream" || name === "stall");
  const limit = breaking?.argument ?? TOKENS_BEFORE_FAULT;
  let tokenCount = 0;
  for (const event of events) {
    if (breaking && (event.isToken ? tokenCount === limit : tokenCount > 0)) {
      yield breaking.name === "stall" ? null : toFailedEvent(facts);
      return;
    }
    if (event.isToken) tokenCount++;
    yield event;
  }
}
