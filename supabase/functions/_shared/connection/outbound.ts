/**
 * What one socket is told, in order. While its reader is behind, frames wait here, where they can be merged and taken
 * back, and not in the runtime, which gives up nothing of a socket whose peer is frozen (R11, R13).
 */
import type { Frame } from "../protocol/mod.ts";
import type { Clock } from "../base/clock.ts";
import type { SharedFrame } from "../session/listener.ts";
import type { Backlog, Laggard } from "./backlog.ts";
import { type EncodedFrame, HeldFrames, toEncodedFrame } from "./held-frames.ts";
import type { Profile } from "./profile.ts";
import type { Socket } from "./socket.ts";

/** With more than this on its way a reader counts as behind. */
const BEHIND_BYTES = 64 * 1024;
/** A reader further behind is sent away to resume from its cursor. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** So is one that reads nothing at all for this long: time enough for a large message on a poor line. */
const MAX_STALL_MS = 30_000;
/** One that is to hear a last word has to read something within this time, and all of it within the longer one. */
const LAST_STALL_MS = 5_000;
const MAX_FAREWELL_MS = 60_000;
/** Looks in a row that found bytes unsent, before a reader can be too far behind: a burst takes its time. */
const MIN_LOOKS = 2;

export interface OutboundOptions {
  socket: Socket;
  profile: Profile;
  backlog: Backlog;
  clock: Clock;
  /** The reader does not keep up, and what waited for it is gone. Called at most once, after `finish`, too. */
  onTooSlow(): void;
}

export class Outbound implements Laggard {
  readonly #options: OutboundOptions;
  readonly #held = new HeldFrames();
  #waiters: ((hasRoom: boolean) => void)[] = [];
  /** Bytes of a message so large that it must not count against the reader. */
  #largeBytes = 0;
  #lastBuffered = 0;
  #progressAt = 0;
  #lookCount = 0;
  #chargedSize = 0;
  #isWatched = false;
  #isTooSlow = false;
  #finishedAt: number | null = null;
  #last: { frame: Frame; onSaid(): void } | null = null;

  constructor(options: OutboundOptions) {
    this.#options = options;
  }

  get heldSize(): number {
    return this.#held.size;
  }

  send(frame: Frame): void {
    if (this.#hasRoomNow()) this.#tell(this.#options.profile.encode(frame));
    else this.#hold(toEncodedFrame(frame));
  }

  speak(shared: SharedFrame): void {
    if (this.#hasRoomNow()) this.#tell(this.#options.profile.encodeShared(shared));
    else this.#hold(shared);
  }

  /** Resolves when the reader has caught up so far that more may be fetched for it; false once nothing more is sent. */
  hasRoom(): Promise<boolean> {
    if (this.#isFinished || !this.#options.socket.isOpen) return Promise.resolve(false);
    if (this.#hasRoomNow()) return Promise.resolve(true);
    this.#watch();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /**
   * Says a last frame after all others, then calls `onSaid`; to a reader that is sent away at once. It is said to nobody
   * who has not heard the others: `onTooSlow` comes instead.
   */
  finish(frame: Frame, onSaid: () => void): void {
    this.#finishedAt ??= this.#options.clock.monotonic();
    this.#wake(false);
    this.#last = { frame, onSaid };
    if (this.#isTooSlow || this.#hasRoomNow() || !this.#options.socket.isOpen) this.#sayLast();
    else this.#watch();
  }

  /** Forgets whatever has not been sent. */
  close(): void {
    this.#finishedAt ??= this.#options.clock.monotonic();
    this.#last = null;
    this.#drop();
    this.#wake(false);
  }

  look(): boolean {
    const { socket, clock } = this.#options;
    const buffered = socket.bufferedAmount;
    const now = clock.monotonic();
    this.#lookCount = buffered === 0 ? 0 : this.#lookCount + 1;
    if (buffered < this.#lastBuffered) this.#progressAt = now;
    this.#release();
    this.#lastBuffered = socket.bufferedAmount;
    if (this.#hasRoomNow()) this.#caughtUp();
    else if (this.#isTooFarBehind() || this.#hasStalled(now)) this.sendAway();
    return buffered === 0;
  }

  sendAway(): void {
    const isAllSent = this.#isFinished && this.#held.isEmpty;
    this.#drop();
    if (this.#isTooSlow) return;
    if (isAllSent) return this.#sayLast();
    this.#isTooSlow = true;
    this.#last = null;
    this.#options.onTooSlow();
  }

  get #isFinished(): boolean {
    return this.#finishedAt !== null;
  }

  #hasRoomNow(): boolean {
    return this.#held.isEmpty && this.#options.socket.bufferedAmount <= BEHIND_BYTES;
  }

  #hold(frame: EncodedFrame): void {
    const { socket } = this.#options;
    if (this.#isFinished || this.#isTooSlow || !socket.isOpen) return;
    this.#held.add(frame);
    this.#watch();
    this.#charge();
    if (this.#isTooFarBehind()) this.sendAway();
  }

  #isTooFarBehind(): boolean {
    const unread = this.#options.socket.bufferedAmount - this.#largeBytes + this.#held.size;
    return unread > MAX_UNREAD_BYTES && this.#lookCount >= MIN_LOOKS;
  }

  #hasStalled(now: number): boolean {
    if (this.#finishedAt === null) return now - this.#progressAt >= MAX_STALL_MS;
    return now - Math.max(this.#progressAt, this.#finishedAt) >= LAST_STALL_MS ||
      now - this.#finishedAt >= MAX_FAREWELL_MS;
  }

  #watch(): void {
    if (this.#isWatched) return;
    const { socket, clock, backlog } = this.#options;
    this.#isWatched = true;
    this.#lastBuffered = socket.bufferedAmount;
    this.#progressAt = clock.monotonic();
    this.#lookCount = 0;
    backlog.join(this);
  }

  #release(): void {
    const { socket, profile } = this.#options;
    while (socket.isOpen && socket.bufferedAmount <= BEHIND_BYTES) {
      const next = this.#held.take();
      if (!next) break;
      this.#tell(next.text === null ? profile.encodeMerged(next.frame) : profile.encodeShared(next));
    }
    this.#charge();
  }

  #tell(texts: string[]): void {
    const { socket } = this.#options;
    this.#largeBytes = 0;
    for (const text of texts) {
      // Asking the runtime how much it holds costs a fair part of a send, and tokens are short.
      const before = text.length > BEHIND_BYTES ? socket.bufferedAmount : null;
      socket.send(text);
      if (before !== null) this.#largeBytes += socket.bufferedAmount - before;
    }
  }

  #caughtUp(): void {
    this.#leave();
    this.#wake(true);
    this.#sayLast();
  }

  #sayLast(): void {
    const last = this.#last;
    if (!last) return;
    this.#last = null;
    const { socket, profile } = this.#options;
    if (socket.isOpen) this.#tell(profile.encode(last.frame));
    last.onSaid();
  }

  #wake(hasRoom: boolean): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake(hasRoom);
  }

  #drop(): void {
    this.#held.clear();
    this.#charge();
    this.#leave();
  }

  #leave(): void {
    this.#isWatched = false;
    this.#options.backlog.leave(this);
  }

  #charge(): void {
    const change = this.#held.size - this.#chargedSize;
    this.#chargedSize = this.#held.size;
    if (change !== 0) this.#options.backlog.charge(change);
  }
}
