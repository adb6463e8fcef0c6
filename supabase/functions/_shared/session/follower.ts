/** A worker without the lease: tails the log for its sockets, and takes the lease over when the leader falls silent. */
import { logError } from "../base/log-error.ts";
import type { LeaseState, LogPage } from "../store/session-store.ts";
import { FOLLOWING } from "./append-lane.ts";
import type { SpokenFrame } from "./log-writer.ts";
import type { SessionPorts } from "./session-ports.ts";
import { toLogFrames } from "./to-log-frames.ts";

/** How far behind the leader a follower may be while something is said. */
const TAIL_MS = 150;
/** How often it looks when nothing has been said for a while, or the database does not answer. */
const IDLE_TAIL_MS = 1_000;
/** A conversation counts as lively for this long after its last item. */
const LIVELY_MS = 5_000;
/** How often it asks for the lease: a leader may give it back long before it expires. */
const CLAIM_MS = 1_000;

export interface FollowerPorts extends SessionPorts {
  speak(spoken: SpokenFrame): void;
  /** The last seq that any listener may hold: some come with more than the log had kept when they were with its leader. */
  heardSeq(): number;
  onRewound(rewound: { epoch: number; rewindTo: number }): void;
  onPage(page: LogPage): void;
  /** The session has been deleted. */
  onGone(): void;
  /** This worker leads now; everything up to `lastSeq` has been spoken. */
  onLease(lease: Extract<LeaseState, { role: "leader" }>): void;
}

export interface FollowedLease {
  epoch: number;
  lastSeq: number;
  expiresInMs: number;
  /** Under which this worker has led and lost its place: it may lead again, but under another one (K3). */
  lostEpoch?: number;
}

export class Follower {
  readonly #ports: FollowerPorts;
  readonly #sessionId: string;
  #epoch: number;
  #spokenSeq: number;
  #claimAt: number;
  #heardAt: number;
  #cancelTimer: () => void = () => {};
  #isTicking = false;
  #ticked: Promise<void> = Promise.resolve();
  #dueAt = 0;
  #isStopped = false;
  readonly #lostEpoch: number | undefined;

  constructor(
    sessionId: string,
    { lease, ports }: {
      lease: FollowedLease;
      ports: FollowerPorts;
    },
  ) {
    this.#ports = ports;
    this.#sessionId = sessionId;
    this.#epoch = lease.epoch;
    this.#lostEpoch = lease.lostEpoch;
    this.#spokenSeq = lease.lastSeq;
    this.#claimAt = ports.clock.monotonic() + Math.min(lease.expiresInMs, CLAIM_MS);
    this.#heardAt = ports.clock.monotonic();
    ports.lane.join(sessionId, FOLLOWING);
    this.#schedule();
  }

  /** Resolves when no call of it is under way that could still win the lease. */
  stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    this.#ports.lane.leave(this.#sessionId, FOLLOWING);
    return this.#ticked;
  }

  #schedule(): void {
    if (this.#isStopped) return;
    const { clock } = this.#ports;
    const isLively = clock.monotonic() - this.#heardAt < LIVELY_MS;
    const afterMs = isLively ? TAIL_MS : IDLE_TAIL_MS;
    this.#dueAt = clock.monotonic() + afterMs;
    this.#cancelTimer = clock.schedule(afterMs, () => {
      this.#ticked = this.#tick();
    });
  }

  async #tick(): Promise<void> {
    this.#isTicking = true;
    try {
      await this.#catchUp();
      if (!this.#isStopped && this.#ports.clock.monotonic() >= this.#claimAt) await this.#claim();
    } catch (error) {
      if (isNotFound(error)) return this.#ports.onGone();
      logError("follow_failed", { error });
      this.#heardAt = -Infinity;
    } finally {
      this.#isTicking = false;
    }
    this.#schedule();
  }

  async #catchUp(): Promise<void> {
    for (let isFirst = true;; isFirst = false) {
      const place = isFirst
        ? { cursor: { epoch: this.#epoch, seq: this.#spokenSeq } }
        : { afterSeq: this.#spokenSeq };
      const page = await this.#ports.store.readLog({ sessionId: this.#sessionId, ...place });
      await this.#rewindAhead(page);
      if (this.#isStopped) return;
      this.#accept(page);
      if (page.nextSeq === null) return;
      this.#spokenSeq = Math.max(this.#spokenSeq, page.nextSeq);
    }
  }

  /** The sockets of this worker are about to hear something. */
  expectNews(): void {
    this.#heardAt = this.#ports.clock.monotonic();
    // A look that is under way schedules the next one itself, and one that comes soon is not put off.
    if (this.#isTicking || this.#dueAt <= this.#heardAt + TAIL_MS) return;
    this.#cancelTimer();
    this.#schedule();
  }

  /** K3: the new leader has not seen what listeners heard from the one before it beyond the log. */
  async #rewindAhead({ epoch }: LogPage): Promise<void> {
    const seq = this.#ports.heardSeq();
    if (epoch === this.#epoch || seq <= this.#spokenSeq) return;
    const cursor = { epoch: this.#epoch, seq };
    const { resume } = await this.#ports.store.readLog({ sessionId: this.#sessionId, cursor, maxBytes: 1 });
    if (resume.kind === "rewind") this.#ports.onRewound({ epoch, rewindTo: resume.rewindTo });
  }

  #accept(page: LogPage): void {
    this.#epoch = page.epoch;
    if (page.items.length > 0 || page.activeTurn) this.#heardAt = this.#ports.clock.monotonic();
    if (page.resume.kind === "rewind") {
      this.#spokenSeq = page.resume.rewindTo;
      this.#ports.onRewound({ epoch: page.epoch, rewindTo: page.resume.rewindTo });
    }
    for (const spoken of toLogFrames(page, this.#spokenSeq)) {
      this.#spokenSeq = Math.max(this.#spokenSeq, spoken.seqTo);
      this.#ports.speak(spoken);
    }
    this.#ports.onPage(page);
  }

  async #claim(): Promise<void> {
    const { store, workerId } = this.#ports;
    const lost = this.#lostEpoch === undefined ? {} : { lostEpoch: this.#lostEpoch };
    const { lease } = await store.claimSession({ sessionId: this.#sessionId, workerId, ...lost });
    if (lease.role === "follower") {
      this.#claimAt = this.#ports.clock.monotonic() + CLAIM_MS;
      return;
    }
    if (!this.#isStopped) await this.#catchUp();
    if (this.#isStopped) return await this.#giveBack(lease);
    this.stop();
    this.#ports.onLease(lease);
  }

  /** The session closed here while the lease was being won: the next worker must not have to wait until it expires. */
  async #giveBack({ epoch, lastSeq }: LeaseState): Promise<void> {
    const { store, workerId, createId } = this.#ports;
    const nothing = { events: [], chunkRuns: [], turns: [], acks: [] };
    const place = { sessionId: this.#sessionId, epoch, seqFrom: lastSeq + 1, lastSeq };
    const batch = { ...place, ...nothing, batchId: createId(), release: true };
    await store.append({ workerId, batches: [batch] });
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "session_not_found";
}
