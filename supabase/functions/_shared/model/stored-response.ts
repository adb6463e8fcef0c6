/**
 * Reads a response that the provider writes and keeps by itself: each event once and in order, over as many connections
 * as it takes.
 */
import { APIConnectionError, APIError, type OpenAI } from "openai";
import type { Clock } from "../base/clock.ts";
import { TurnStop } from "../turn/turn-stop.ts";
import { cancelResponse } from "./cancel-response.ts";
import { delay } from "./delay.ts";
import { type ModelCheckpoint, ModelError } from "./language-model.ts";
import { orAbort } from "./or-abort.ts";
import { isLastEvent, type ResponseEvent } from "./response-event.ts";
import { toLostCheckpoint } from "./to-model-error.ts";

export interface StoredResponseOptions {
  request: OpenAI.Responses.ResponseCreateParamsStreaming;
  /** Goes on behind it instead of asking. */
  checkpoint: ModelCheckpoint | undefined;
  signal: AbortSignal;
  clock: Clock;
}

export interface StoredResponse {
  /** `null` until the first event has come. */
  readonly responseId: string | null;
  /** `null` after the last event. @throws the signal's reason, or what kept the answer from being read to its end. */
  next(): Promise<ResponseEvent | null>;
  close(): Promise<void>;
}

/** In a row, without any event in between. */
const MAX_BREAKS = 4;
const FIRST_PAUSE_MS = 250;
/** How long an answer that was given up before it had a name is waited for, to be cancelled. */
const NAME_WAIT_MS = 5_000;

/**
 * An abort cancels the response, unless it is for `abandoned`: then somebody else goes on with it. So may somebody when
 * the reader just leaves.
 */
export function readStoredResponse(client: OpenAI, options: StoredResponseOptions): StoredResponse {
  const { request, checkpoint, signal, clock } = options;
  const connection = new AbortController();
  let responseId = checkpoint?.responseId ?? null;
  let sequence = checkpoint?.sequence ?? -1;
  let events: AsyncIterator<ResponseEvent> | null = null;
  let breaks = 0;
  let hasConnected = false;
  let isOver = false;

  signal.addEventListener("abort", stop, { once: true });

  function stop(): void {
    if (responseId === null) return;
    connection.abort(signal.reason);
    if (!isOver && !isAbandoned(signal)) cancelResponse(client, responseId);
    isOver = true;
  }

  function name(first: ResponseEvent | undefined): void {
    responseId = first?.response?.id ?? null;
    if (signal.aborted) stop();
  }

  async function readFirst(): Promise<IteratorResult<ResponseEvent>> {
    const first = (async () => {
      const stream = await client.responses.create(request, { signal: connection.signal });
      events = toIterator(stream);
      return events.next();
    })();
    try {
      return await orAbort(first, signal);
    } catch (error) {
      if (signal.aborted) cancelOnceNamed(first);
      throw error;
    }
  }

  /** Also when `abandoned`: nobody else can know of this answer. */
  function cancelOnceNamed(first: Promise<IteratorResult<ResponseEvent>>): void {
    const takeBack = clock.schedule(NAME_WAIT_MS, () => connection.abort());
    first.then(({ value }) => {
      if (value?.response?.id) cancelResponse(client, value.response.id);
    }, () => {}).finally(() => {
      takeBack();
      connection.abort();
    });
  }

  async function connect(id: string): Promise<AsyncIterator<ResponseEvent>> {
    try {
      const query = { stream: true, starting_after: sequence } as const;
      return toIterator(await client.responses.retrieve(id, query, { signal: connection.signal }));
    } catch (error) {
      throw isGone(error) ? toLostCheckpoint(error) : error;
    }
  }

  async function readOn(id: string): Promise<IteratorResult<ResponseEvent>> {
    events ??= await connect(id);
    hasConnected = true;
    return events.next();
  }

  /** @throws the error when going on is not possible, or has failed too often. */
  async function recover(error: unknown): Promise<void> {
    signal.throwIfAborted();
    const isPassing = hasConnected && sequence >= 0 && isBreak(error);
    if (!isPassing || ++breaks > MAX_BREAKS) {
      isOver = true;
      throw isPassing && error === CUT_SHORT ? toLostCheckpoint(error) : error;
    }
    events = null;
    if (breaks > 1) await delay(FIRST_PAUSE_MS * 2 ** (breaks - 2), { clock, signal });
  }

  return {
    get responseId() {
      return responseId;
    },
    async next() {
      while (!isOver) {
        try {
          const result = responseId === null ? await readFirst() : await readOn(responseId);
          if (responseId === null) name(result.value);
          signal.throwIfAborted();
          if (result.done) throw CUT_SHORT;
          const event = result.value;
          if (responseId === null) throw new Error("The response has no id");
          hasConnected = true;
          const number = event.sequence_number ?? null;
          if (number !== null && number <= sequence) continue;
          sequence = number ?? sequence;
          breaks = 0;
          isOver = isLastEvent(event);
          return event;
        } catch (error) {
          await recover(error);
        }
      }
      signal.throwIfAborted();
      return null;
    },
    async close() {
      signal.removeEventListener("abort", stop);
      isOver = true;
      // An answer that is still waited for, to be cancelled, needs the connection.
      if (responseId === null && signal.aborted) return;
      connection.abort();
      await events?.return?.();
    },
  };
}

/** Again and again, it means that the provider stopped the answer without a word. */
const CUT_SHORT = new Error("The stream ended before the answer did");

function toIterator(stream: AsyncIterable<unknown>): AsyncIterator<ResponseEvent> {
  // The SDK's types promise more than compatible providers keep.
  return (stream as AsyncIterable<ResponseEvent>)[Symbol.asyncIterator]();
}

function isAbandoned({ reason }: AbortSignal): boolean {
  return reason instanceof TurnStop && reason.kind === "abandoned";
}

/** A response that is too old to be streamed is refused with 400. */
function isGone(error: unknown): boolean {
  return error instanceof APIError && [400, 404, 410].includes(error.status ?? 0);
}

const PASSING_STATUSES = [408, 409, 425, 429];

/** Whether only the way to the response is broken. A failure that the provider reports inside the stream has no status. */
function isBreak(error: unknown): boolean {
  if (error instanceof ModelError) return false;
  if (!(error instanceof APIError) || error instanceof APIConnectionError) return true;
  return error.status !== undefined && (error.status >= 500 || PASSING_STATUSES.includes(error.status));
}
