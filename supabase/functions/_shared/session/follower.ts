/** A worker without the lease: tails the log for its sockets, and takes the lease over when the leader falls silent. */
import { logError } from "./log-error.ts";
import type { LeaseState, LogPage } from "../store/session-store.ts";
import { FOLLOWING } from "./append-lane.ts";
import type { SpokenFrame } from "./log-writer.ts";
import type { SessionPorts } from "./session-ports.ts";
import { toLogFrame } from "./to-log-frame.ts";

/** How far behind the leader a follower may be. */
const TAIL_MS = 150;
/** A lease is looked at no more often than this, and no later than this after it should have expired. */
const CLAIM_RETRY_MS = 500;

export interface FollowerPorts extends SessionPorts {
  speak(spoken: SpokenFrame): void;
  onRewound(rewound: { epoch: number; rewindTo: number }): void;
  onPage(page: LogPage): void;
  /** This worker leads now; everything up to `lastSeq` has been spoken. */
  onLease(lease: Extract<LeaseState, { role: "leader" }>): void;
}

export class Follower {
  readonly #ports: FollowerPorts;
  readonly #sessionId: string;
  #epoch: number;
  #spokenSeq: number;
  #claimAt: number;
  #cancelTimer: () => void = () => {};
  #isStopped = false;

  constructor(
    sessionId: string,
    { lease, ports }: {
      lease: { epoch: number; lastSeq: number; expiresInMs: number };
      ports: FollowerPorts;
    },
  ) {
    this.#ports = ports;
    this.#sessionId = sessionId;
    this.#epoch = lease.epoch;
    this.#spokenSeq = lease.lastSeq;
    this.#claimAt = ports.clock.monotonic() + lease.expiresInMs;
    ports.lane.join(sessionId, FOLLOWING);
    this.#schedule();
  }

  get epoch(): number {
    return this.#epoch;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
    this.#ports.lane.leave(this.#sessionId, FOLLOWING);
  }

  #schedule(): void {
    if (!this.#isStopped) this.#cancelTimer = this.#ports.clock.schedule(TAIL_MS, () => this.#tick());
  }

  async #tick(): Promise<void> {
    try {
      await this.#catchUp();
      if (!this.#isStopped && this.#ports.clock.monotonic() >= this.#claimAt) await this.#claim();
    } catch (error) {
      logError("follow_failed", { error });
    }
    this.#schedule();
  }

  async #catchUp(): Promise<void> {
    for (let isFirst = true;; isFirst = false) {
      const place = isFirst
        ? { cursor: { epoch: this.#epoch, seq: this.#spokenSeq } }
        : { afterSeq: this.#spokenSeq };
      const page = await this.#ports.store.readLog({ sessionId: this.#sessionId, ...place });
      if (this.#isStopped) return;
      this.#accept(page);
      if (page.nextSeq === null) return;
      this.#spokenSeq = Math.max(this.#spokenSeq, page.nextSeq);
    }
  }

  #accept(page: LogPage): void {
    this.#epoch = page.epoch;
    if (page.resume.kind === "rewind") {
      this.#spokenSeq = page.resume.rewindTo;
      this.#ports.onRewound({ epoch: page.epoch, rewindTo: page.resume.rewindTo });
    }
    for (const item of page.items) {
      const spoken = toLogFrame(item, page);
      this.#spokenSeq = Math.max(this.#spokenSeq, spoken.seqTo);
      this.#ports.speak(spoken);
    }
    this.#ports.onPage(page);
  }

  async #claim(): Promise<void> {
    const { sessionId, workerId } = { sessionId: this.#sessionId, workerId: this.#ports.workerId };
    const { lease } = await this.#ports.store.claimSession({ sessionId, workerId });
    if (this.#isStopped) return;
    if (lease.role === "follower") {
      this.#claimAt = this.#ports.clock.monotonic() + Math.max(lease.expiresInMs, CLAIM_RETRY_MS);
      return;
    }
    await this.#catchUp();
    this.stop();
    this.#ports.onLease(lease);
  }
}
