/**
 * One lane to the channels for all sessions of a worker: what was said since the last call goes out together. A lost call
 * is not repeated: whoever watches sees the gap and reads the log (K18).
 */
import type { FrameOf } from "../protocol/mod.ts";
import { withTimeout } from "../base/with-timeout.ts";
import { type Broadcast, type Broadcaster, RefusedMessageError } from "./broadcaster.ts";
import { chunkSize } from "./chunk-size.ts";
import type { Clock } from "../base/clock.ts";
import { logError } from "../base/log-error.ts";

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
/** In UTF-16 units, each of which is at most six bytes of JSON: what is no longer needs no measuring. */
const MAX_SHORT_SIZE = MAX_MESSAGE_BYTES / 6;
/** With calls that hang, no more than this is kept. */
const MAX_PENDING_BYTES = 1024 * 1024;

interface Delta {
  topics: readonly string[];
  payload: FrameOf<"chunks"> & { epochStart: number };
  size: number;
}

interface Sendable {
  message: Broadcast;
  isLong: boolean;
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
    const size = sizeOf(frame);
    if (size > MAX_MESSAGE_BYTES || this.#pendingBytes + size > MAX_PENDING_BYTES) return;
    const deltas = this.#pending.get(sessionId) ?? [];
    const last = deltas.at(-1);
    if (
      last && last.topics === topics && last.size + size <= MAX_SHORT_SIZE && isNext(last.payload, frame)
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

  /** Takes back what waits for other topics: those who watched there may not hear the session any more (K19). */
  keepOnly(sessionId: string, topics: readonly string[]): void {
    const deltas = this.#pending.get(sessionId);
    for (const delta of deltas ?? []) delta.topics = delta.topics.filter((topic) => topics.includes(topic));
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
    const calls = toCalls([...this.#pending.values()].flat().flatMap(toSendables));
    this.#pending = new Map();
    this.#pendingBytes = 0;
    this.#isSending = true;
    try {
      for (const messages of calls) await this.#broadcast(messages);
      this.#hasFailed = false;
    } catch (error) {
      this.#report(error);
      this.#pausedUntil = this.#clock.monotonic() + PAUSE_MS;
    }
    this.#isSending = false;
    if (this.#pending.size > 0) this.#schedule();
  }

  /** One message that is refused takes no other with it. */
  async #broadcast(messages: Broadcast[]): Promise<void> {
    try {
      await this.#call(messages);
    } catch (error) {
      if (!(error instanceof RefusedMessageError)) throw error;
      if (messages.length === 1) return this.#report(error);
      for (const message of messages) await this.#broadcast([message]);
    }
  }

  #call(messages: Broadcast[]): Promise<void> {
    return withTimeout(() => this.#broadcaster.broadcast(messages), {
      timeoutMs: CALL_TIMEOUT_MS,
      clock: this.#clock,
    });
  }

  #report(error: unknown): void {
    if (!this.#hasFailed) logError("broadcast_failed", { error });
    this.#hasFailed = true;
  }
}

/** Roughly in UTF-16 units while that says enough, else in bytes. */
function sizeOf(frame: FrameOf<"chunks">): number {
  const size = frame.chunks.reduce((sum, chunk) => sum + chunkSize(chunk), 0);
  return size <= MAX_SHORT_SIZE ? size : new TextEncoder().encode(JSON.stringify(frame)).length;
}

function isNext(said: FrameOf<"chunks">, frame: FrameOf<"chunks">): boolean {
  return said.epoch === frame.epoch && said.turnId === frame.turnId &&
    said.seq + said.chunks.length === frame.seq;
}

function toSendables({ topics, payload, size }: Delta): Sendable[] {
  const isLong = size > MAX_SHORT_SIZE;
  return topics.map((topic) => ({ message: { topic, event: payload.type, payload }, isLong }));
}

/** In order; what is long goes alone. */
function toCalls(sendables: Sendable[]): Broadcast[][] {
  const calls: Broadcast[][] = [];
  let isOpen = false;
  for (const { message, isLong } of sendables) {
    if (isOpen && !isLong) calls.at(-1)?.push(message);
    else calls.push([message]);
    isOpen = !isLong;
  }
  return calls;
}
