/**
 * One lane to the channels for all sessions of a worker: what was said since the last call goes out together. A lost call
 * is not repeated: whoever watches sees the gap and reads the log (K18).
 */
import type { FrameOf } from "../protocol/mod.ts";
import { withTimeout } from "../turn/with-timeout.ts";
import type { Broadcast, Broadcaster } from "./broadcaster.ts";
import { chunkSize } from "./chunk-size.ts";
import type { Clock } from "./clock.ts";
import { logError } from "./log-error.ts";

export interface Hearers {
  /** The topics that somebody watches. */
  topics: readonly string[];
  /** The first seq of the epoch, so that a watcher of an older one knows what to forget (K18). */
  epochStart: number;
}

/** How long speech waits for company: the smallest projects may send 100 messages a second. */
const TICK_MS = 80;
const CALL_TIMEOUT_MS = 2_000;
/** After a failure nothing is sent for this long. */
const PAUSE_MS = 1_000;
/** Below the 256 KB that Realtime takes on its smallest plan. */
const MAX_MESSAGE_BYTES = 192 * 1024;
/** With calls that hang, no more than this is kept. */
const MAX_PENDING_BYTES = 1024 * 1024;

interface Delta {
  topics: readonly string[];
  payload: FrameOf<"chunks"> & { epochStart: number };
  size: number;
}

export class BroadcastLane {
  readonly #broadcaster: Broadcaster;
  readonly #clock: Clock;
  #pending = new Map<string, Delta[]>();
  #pendingBytes = 0;
  #pausedUntil = 0;
  #isScheduled = false;
  #isSending = false;
  #hasFailed = false;

  constructor({ broadcaster, clock }: { broadcaster: Broadcaster; clock: Clock }) {
    this.#broadcaster = broadcaster;
    this.#clock = clock;
  }

  /** Takes what a leader has said. Costs nothing while nobody watches. */
  say(sessionId: string, frame: FrameOf<"chunks">, { topics, epochStart }: Hearers): void {
    if (topics.length === 0 || this.#clock.monotonic() < this.#pausedUntil) return;
    const size = frame.chunks.reduce((sum, chunk) => sum + chunkSize(chunk), 0);
    if (size > MAX_MESSAGE_BYTES || this.#pendingBytes + size > MAX_PENDING_BYTES) return;
    const deltas = this.#pending.get(sessionId) ?? [];
    const last = deltas.at(-1);
    if (
      last && last.topics === topics && last.size + size <= MAX_MESSAGE_BYTES && isNext(last.payload, frame)
    ) {
      last.payload.chunks.push(...frame.chunks);
      last.payload.durableSeq = frame.durableSeq;
      last.size += size;
    } else {
      deltas.push({ topics, payload: { ...frame, chunks: [...frame.chunks], epochStart }, size });
    }
    this.#pending.set(sessionId, deltas);
    this.#pendingBytes += size;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isSending) return;
    this.#isScheduled = true;
    this.#clock.schedule(TICK_MS, () => {
      this.#isScheduled = false;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const messages = [...this.#pending.values()].flat().flatMap(toMessages);
    this.#pending = new Map();
    this.#pendingBytes = 0;
    this.#isSending = true;
    try {
      await withTimeout(() => this.#broadcaster.broadcast(messages), {
        timeoutMs: CALL_TIMEOUT_MS,
        clock: this.#clock,
      });
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) logError("broadcast_failed", { messages: messages.length, error });
      this.#hasFailed = true;
      this.#pausedUntil = this.#clock.monotonic() + PAUSE_MS;
    }
    this.#isSending = false;
    if (this.#pending.size > 0) this.#schedule();
  }
}

function isNext(said: FrameOf<"chunks">, frame: FrameOf<"chunks">): boolean {
  return said.epoch === frame.epoch && said.turnId === frame.turnId &&
    said.seq + said.chunks.length === frame.seq;
}

function toMessages({ topics, payload }: Delta): Broadcast[] {
  return topics.map((topic) => ({ topic, event: payload.type, payload }));
}
