/** An answer that is written at its own pace, whether or not it is read, and can be read from any place any number of times. */
import type { Clock } from "../../base/clock.ts";
import type { Pace } from "./paced-body.ts";
import type { WireEvent } from "./response-events.ts";

export interface StoredAnswer {
  /** The response as the last event that carried one told it. */
  readonly response: Record<string, unknown>;
  readonly isOver: boolean;
  /** Its events from a place on; waits for those that are not written yet. */
  read(options: ReadAnswerOptions): ReadableStream<Uint8Array>;
  /** Nothing more is written; readers get to the end of what is there. */
  cancel(): void;
  /** Resolves when nothing more will be written. */
  readonly finished: Promise<void>;
}

export interface ReadAnswerOptions {
  from: number;
  /** The connection ends after so many tokens; the writing goes on. */
  maxTokens?: number;
  signal: AbortSignal;
  /** The reader has left before the end. */
  onLeave?(): void;
}

/** `null` in the course of an answer means that nothing more comes, and that it never ends. */
export type AnswerCourse = Iterator<WireEvent | null>;

const MAX_EVENTS_PER_PIECE = 64;

export function writeStoredAnswer(
  course: AnswerCourse,
  { pace, clock }: { pace: Pace; clock: Clock },
): StoredAnswer {
  const events: { text: string; isToken: boolean }[] = [];
  const waiting = new Set<() => void>();
  const finished = Promise.withResolvers<void>();
  const tokenMs = pace.tokensPerSecond > 0 ? 1_000 / pace.tokensPerSecond : 0;
  let dueAtMs = clock.monotonic() + pace.firstTokenMs;
  let upcoming = course.next();
  let response: Record<string, unknown> = {};
  let takeBack = () => {};
  let isOver = false;

  write();

  function write(): void {
    while (!isOver) {
      if (upcoming.done) {
        end();
        break;
      }
      const event = upcoming.value;
      if (event === null) break;
      if (event.isToken) {
        const waitMs = dueAtMs - clock.monotonic();
        if (waitMs > 0) {
          takeBack = clock.schedule(waitMs, write);
          break;
        }
        dueAtMs += tokenMs;
      }
      events.push({ text: toText(event, events.length), isToken: event.isToken });
      if (isRecord(event.fields.response)) response = event.fields.response;
      upcoming = course.next();
    }
    wake();
  }

  function end(): void {
    takeBack();
    isOver = true;
    finished.resolve();
  }

  function wake(): void {
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  function read(
    { from, maxTokens = Infinity, signal, onLeave }: ReadAnswerOptions,
  ): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    let position = from;
    let tokenCount = 0;
    let hasLeft = false;

    /** What can be read at once; `null` at the end. */
    function readPiece(): string | null {
      let text = "";
      for (let count = 0; count < MAX_EVENTS_PER_PIECE; count++) {
        const event = events[position];
        if (!event || tokenCount >= maxTokens) break;
        position++;
        if (event.isToken) tokenCount++;
        text += event.text;
      }
      const isAtEnd = tokenCount >= maxTokens || (isOver && position >= events.length);
      return text === "" && isAtEnd ? null : text;
    }

    let stopListening = () => {};

    function leave(): void {
      if (hasLeft) return;
      hasLeft = true;
      stopListening();
      onLeave?.();
      wake();
    }

    return new ReadableStream({
      type: "bytes",
      start(controller) {
        const onAbort = () => {
          controller.error(signal.reason);
          leave();
        };
        signal.addEventListener("abort", onAbort);
        stopListening = () => signal.removeEventListener("abort", onAbort);
      },
      async pull(controller) {
        let text = readPiece();
        while (text === "" && !hasLeft) {
          await new Promise<void>((resolve) => waiting.add(resolve));
          text = readPiece();
        }
        if (hasLeft) return;
        if (text) return controller.enqueue(encoder.encode(text));
        hasLeft = true;
        stopListening();
        controller.close();
        // A BYOB read that waits is answered only now.
        controller.byobRequest?.respond(0);
      },
      cancel: leave,
    });
  }

  return {
    get response() {
      return response;
    },
    get isOver() {
      return isOver;
    },
    read,
    cancel() {
      if (isOver) return;
      response = { ...response, status: "cancelled" };
      end();
      wake();
    },
    finished: finished.promise,
  };
}

function toText({ type, fields }: WireEvent, number: number): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number, ...fields })}\n\n`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
