/**
 * The lane to the store for all sessions of a worker (group commit). A tick carries what every session has written since the
 * last one, renews leases and brings the inbox. A promise does not wait for the next tick, nor for the one under way: it goes
 * ahead with what its own session has written. Of one session no two calls are under way (K6).
 */
import { logError } from "../base/log-error.ts";
import type { AppendBatch, AppendOutcome, SessionStore } from "../store/session-store.ts";
import { withTimeout } from "../base/with-timeout.ts";
import type { Clock } from "../base/clock.ts";

/** How long speech may wait for company; also how long a cancel may wait in the inbox while a model is silent (K11). */
const TICK_MS = 100;
/** Idle sessions ask for their inbox this often; what reaches another worker waits no longer. Renews the leases, too. */
const HEARTBEAT_MS = 1_000;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 1_000;
/** A session whose row somebody else had locked waits this long; the other sessions do not wait with it. */
const BUSY_RETRY_MS = 100;
/** A call that hangs is given up and made again; the batch ids make that harmless. */
const CALL_TIMEOUT_MS = 5_000;
/** A group call stays well below what a gateway accepts. */
const MAX_GROUP_BYTES = 1024 * 1024;
/** Each session of a call holds a lock until the call commits, and the lock table is shared by all workers. */
const MAX_GROUP_MEMBERS = 200;

/** What a call takes along: promises alone, or all that is pending; from members without any, an empty batch or nothing. */
export interface Taking {
  speech: boolean;
  renew: boolean;
}

export interface LaneMember {
  /** A turn runs, so that the inbox has to be read often. */
  readonly isBusy: boolean;
  /** The batch that was under way again, else what is to be taken, else `null`. */
  takeBatch(taking: Taking): { batch: AppendBatch; size: number } | null;
  settle(outcome: AppendOutcome): void;
}

/** A session that this worker only follows: it writes nothing, and its connections are renewed with the others. */
export const FOLLOWING: LaneMember = { isBusy: false, takeBatch: () => null, settle: () => {} };

/** `express` carries promises. At most one of each kind is under way. */
type Call = "tick" | "express";

export class AppendLane {
  readonly #members = new Map<string, LaneMember>();
  /** When sessions that were busy are due again. */
  readonly #retryAt = new Map<string, number>();
  readonly #underWay = new Set<string>();
  readonly #store: SessionStore;
  readonly #workerId: string;
  readonly #clock: Clock;
  readonly #calls: Record<Call, { isUnderWay: boolean; isWanted: boolean }> = {
    tick: { isUnderWay: false, isWanted: false },
    express: { isUnderWay: false, isWanted: false },
  };
  #isRequested = false;
  #failureCount = 0;
  #lastRenewal = 0;
  #timer: { dueAt: number; cancel: () => void } | null = null;

  constructor(ports: { store: SessionStore; workerId: string; clock: Clock }) {
    this.#store = ports.store;
    this.#workerId = ports.workerId;
    this.#clock = ports.clock;
  }

  join(sessionId: string, member: LaneMember): void {
    this.#members.set(sessionId, member);
    this.#schedule(HEARTBEAT_MS);
  }

  leave(sessionId: string, member: LaneMember): void {
    if (this.#members.get(sessionId) !== member) return;
    this.#members.delete(sessionId);
    this.#retryAt.delete(sessionId);
  }

  /** Asks for a call: `now` for promises, `soon` for speech. */
  request(urgency: "now" | "soon"): void {
    if (urgency === "soon") return this.#schedule(TICK_MS);
    if (this.#failureCount > 0 || this.#isRequested) return;
    this.#isRequested = true;
    // What is written in the same breath goes into one call: a message and the start of its answer, say.
    queueMicrotask(() => {
      this.#isRequested = false;
      this.#call("express");
    });
  }

  async #call(kind: Call): Promise<void> {
    const state = this.#calls[kind];
    state.isWanted = state.isUnderWay;
    if (state.isUnderWay) return;
    const now = this.#clock.monotonic();
    const isTick = kind === "tick";
    const isRenewal = isTick && now - this.#lastRenewal >= HEARTBEAT_MS;
    const batches = this.#collect({ isTick, isRenewal });
    // A renewal goes out without batches too: it keeps the connections of a worker that only follows attached (K5).
    if (batches.length === 0 && !isRenewal) {
      // Whoever's call had failed has left: nobody else needs to wait for it.
      if (this.#underWay.size === 0 && this.#retryAt.size === 0) this.#failureCount = 0;
      return this.#scheduleNext();
    }
    if (isRenewal) this.#lastRenewal = now;
    state.isUnderWay = true;
    const isDone = await this.#append(batches);
    state.isUnderWay = false;
    this.#failureCount = isDone ? 0 : this.#failureCount + 1;
    if (!isDone) return this.#schedule(Math.min(RETRY_MIN_MS * 2 ** (this.#failureCount - 1), RETRY_MAX_MS));
    const { tick, express } = this.#calls;
    if (isTick && tick.isWanted) this.#call("tick");
    // Its sessions may have been under way with this tick.
    if (express.isWanted && !express.isUnderWay) this.#call("express");
    this.#scheduleNext();
  }

  #collect({ isTick, isRenewal }: { isTick: boolean; isRenewal: boolean }): AppendBatch[] {
    const state = this.#calls[isTick ? "tick" : "express"];
    const batches: AppendBatch[] = [];
    let bytes = 0;
    for (const [sessionId, member] of this.#members) {
      if (this.#underWay.has(sessionId)) {
        if (!isTick) state.isWanted = true;
        continue;
      }
      if (!this.#isDue(sessionId)) continue;
      if (bytes > MAX_GROUP_BYTES) {
        state.isWanted = true;
        break;
      }
      const renew = isRenewal || (isTick && member.isBusy);
      const taken = member.takeBatch({ speech: isTick, renew });
      if (!taken) continue;
      batches.push(taken.batch);
      bytes += taken.size;
    }
    return batches;
  }

  #isDue(sessionId: string): boolean {
    const retryAt = this.#retryAt.get(sessionId);
    if (retryAt === undefined) return true;
    if (retryAt > this.#clock.monotonic()) return false;
    return this.#retryAt.delete(sessionId);
  }

  async #append(batches: AppendBatch[]): Promise<boolean> {
    const unsettled = new Set(batches.map(({ sessionId }) => sessionId));
    for (const sessionId of unsettled) this.#underWay.add(sessionId);
    for (let start = 0; start === 0 || start < batches.length; start += MAX_GROUP_MEMBERS) {
      const isDone = await this.#appendGroup(batches.slice(start, start + MAX_GROUP_MEMBERS), unsettled);
      if (isDone) continue;
      for (const sessionId of unsettled) this.#underWay.delete(sessionId);
      return false;
    }
    return true;
  }

  /** Returns false when the call has to be made again. Takes whatever is settled out of `unsettled`. */
  async #appendGroup(batches: AppendBatch[], unsettled: Set<string>): Promise<boolean> {
    let outcomes: AppendOutcome[];
    try {
      outcomes = await withTimeout(
        () => this.#store.append({ workerId: this.#workerId, batches }),
        { timeoutMs: CALL_TIMEOUT_MS, clock: this.#clock },
      );
    } catch (error) {
      logError("append_failed", { sessions: batches.length, error });
      return false;
    }
    for (const outcome of outcomes) {
      unsettled.delete(outcome.sessionId);
      this.#settle(outcome);
    }
    return true;
  }

  #settle(outcome: AppendOutcome): void {
    const { sessionId } = outcome;
    // Before its member learns of it: that may ask for the next call at once.
    this.#underWay.delete(sessionId);
    const member = this.#members.get(sessionId);
    if (!member) return;
    if (outcome.outcome === "busy") this.#retryAt.set(sessionId, this.#clock.monotonic() + BUSY_RETRY_MS);
    member.settle(outcome);
  }

  #scheduleNext(): void {
    for (const retryAt of this.#retryAt.values()) {
      this.#schedule(Math.max(0, retryAt - this.#clock.monotonic()));
    }
    const isBusy = this.#members.values().some((member) => member.isBusy);
    if (isBusy) this.#schedule(TICK_MS);
    else if (this.#members.size > 0) this.#schedule(HEARTBEAT_MS);
  }

  /** The next tick. */
  #schedule(afterMs: number): void {
    const dueAt = this.#clock.monotonic() + afterMs;
    if (this.#timer && this.#timer.dueAt <= dueAt) return;
    this.#timer?.cancel();
    const cancel = this.#clock.schedule(afterMs, () => {
      this.#timer = null;
      this.#call("tick");
    });
    this.#timer = { dueAt, cancel };
  }
}
