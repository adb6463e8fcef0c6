/** Sends the steps of an answer at the pace of a model, and no faster than they are read. */
import type { Clock } from "../../base/clock.ts";
import { delay } from "../delay.ts";
import type { StreamStep } from "./stream-steps.ts";

export interface Pace {
  firstTokenMs: number;
  /** 0 sends as fast as it is read. */
  tokensPerSecond: number;
}

export interface PacedBodyOptions {
  pace: Pace;
  clock: Clock;
  signal: AbortSignal;
}

/** Steps due at the same moment share a piece, as on a network, but a reader is never handed more than this at once. */
const MAX_STEPS_PER_PIECE = 64;

export function createPacedBody(
  steps: Iterator<StreamStep>,
  { pace, clock, signal }: PacedBodyOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const closed = new AbortController();
  const either = AbortSignal.any([signal, closed.signal]);
  const tokenMs = pace.tokensPerSecond > 0 ? 1_000 / pace.tokensPerSecond : 0;
  // Due times are absolute: late timers do not add up to a slower pace.
  let dueAtMs = clock.monotonic() + pace.firstTokenMs;
  let isFirst = true;
  let upcoming = steps.next();

  async function readPiece(): Promise<{ text: string; isLast: boolean }> {
    let text = "";
    for (let count = 0; count < MAX_STEPS_PER_PIECE; count++) {
      if (upcoming.done || upcoming.value.kind === "cut") return { text, isLast: true };
      const step = upcoming.value;
      if (step.kind === "stall") {
        if (text !== "") break;
        await untilAborted(either);
      } else {
        const waitMs = step.isToken || isFirst ? dueAtMs - clock.monotonic() : 0;
        if (waitMs > 0) {
          if (text !== "") break;
          await delay(waitMs, { clock, signal: either });
        }
        isFirst = false;
        text += step.event;
        if (step.isToken) dueAtMs += tokenMs;
        upcoming = steps.next();
      }
    }
    return { text, isLast: false };
  }

  return new ReadableStream({
    type: "bytes",
    start(controller) {
      signal.addEventListener("abort", () => {
        if (!closed.signal.aborted) controller.error(signal.reason);
      }, { once: true, signal: closed.signal });
    },
    async pull(controller) {
      try {
        const { text, isLast } = await readPiece();
        if (text !== "") controller.enqueue(encoder.encode(text));
        if (!isLast) return;
        closed.abort();
        controller.close();
        // A BYOB read that waits is answered only now.
        controller.byobRequest?.respond(0);
      } catch (error) {
        // An abort has errored the stream already, a cancel has closed it.
        if (!either.aborted) throw error;
      }
    },
    cancel() {
      closed.abort();
    },
  });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
