/** All sessions of one worker, and how a listener gets to its own. */
import type { Cursor } from "../protocol/mod.ts";
import type { LeaseState } from "../store/session-store.ts";
import { detachConnection } from "./detach-connection.ts";
import type { Listener } from "./listener.ts";
import { Session } from "./session.ts";
import type { SessionPorts } from "./session-ports.ts";

export interface WorkerPorts extends SessionPorts {
  /** Keeps this worker alive until the promise resolves. */
  waitUntil(promise: Promise<unknown>): void;
}

/** A call that was given up may still reach the database for this long. */
const LATE_CALL_MS = 30_000;

interface Place {
  sessionId: string;
  cursor: Cursor | null;
}

export type Attached = { outcome: "attached"; session: Session } | { outcome: "forbidden" } | {
  outcome: "leaving";
};

export class Worker {
  readonly #ports: WorkerPorts;
  readonly #sessions = new Map<string, Session>();
  #isLeaving = false;

  constructor(ports: WorkerPorts) {
    this.#ports = ports;
  }

  /** Opens the session for a listener and replays it. @throws StoreError */
  async attach(listener: Listener, place: Place): Promise<Attached> {
    try {
      return await this.#attach(listener, place);
    } catch (error) {
      this.#ports.waitUntil(this.#forget(listener, place));
      throw error;
    }
  }

  /** A connection may be on record although nobody heard so, and may come there after its own detach (K5). */
  async #forget({ connectionId }: Listener, { sessionId }: Place): Promise<void> {
    const detached = { sessionId, connectionId, closeCode: 1011 };
    await detachConnection(this.#ports, detached);
    await new Promise<void>((resolve) => this.#ports.clock.schedule(LATE_CALL_MS, resolve));
    await detachConnection(this.#ports, detached);
  }

  async #attach(listener: Listener, { sessionId, cursor }: Place): Promise<Attached> {
    for (;;) {
      if (this.#isLeaving) return { outcome: "leaving" };
      await this.#closing(sessionId);
      const { store, workerId } = this.#ports;
      const { userId } = listener.credentials;
      const opened = await store.openSession({
        sessionId,
        userId,
        workerId,
        connectionId: listener.connectionId,
      });
      if (opened.outcome === "forbidden") return opened;
      // The session gave up its lease while it was being opened: what was opened is not ours any more.
      if (this.#sessions.get(sessionId)?.isClosing) continue;
      const existing = this.#sessions.get(sessionId);
      if (!existing && isLeftOver(opened.lease)) {
        await store.claimSession({ sessionId, workerId, lostEpoch: opened.lease.epoch });
        continue;
      }
      // The session was deleted, and its id is somebody else's now: the former owner must not hear a word of it.
      if (existing && existing.userId !== userId) {
        await existing.handOver();
        continue;
      }
      const session = existing ?? this.#create({ sessionId, userId }, opened.lease);
      await session.attach(listener, cursor);
      // Opened while the worker was leaving: it goes with the others.
      if (this.#isLeaving) await session.handOver();
      return { outcome: "attached", session };
    }
  }

  /** Takes a session over that has work and no socket, and lets it go when the work is done (K14). @throws StoreError */
  async wake(sessionId: string): Promise<"woken" | "led already" | "leaving"> {
    if (this.#isLeaving) return "leaving";
    await this.#closing(sessionId);
    const { store, workerId } = this.#ports;
    const { lease, userId } = await store.claimSession({ sessionId, workerId });
    // A session that came up here meanwhile has the lease, or claims it again by itself.
    if (lease.role === "follower" || this.#sessions.has(sessionId)) return "led already";
    if (isLeftOver(lease)) {
      await store.claimSession({ sessionId, workerId, lostEpoch: lease.epoch });
      return await this.wake(sessionId);
    }
    const session = this.#create({ sessionId, userId }, lease);
    if (this.#isLeaving) await session.handOver();
    else await session.settle();
    return "woken";
  }

  /** Hands over every session without a running turn (K16). */
  async drain(): Promise<void> {
    this.#isLeaving = true;
    await Promise.all([...this.#sessions.values()].map(async (session) => {
      if (!await session.isBusy()) await session.handOver();
    }));
  }

  /** Hands over everything; this worker is about to be stopped. What is being opened meanwhile is handed over there. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await Promise.all([...this.#sessions.values()].map((session) => session.handOver()));
  }

  async #closing(sessionId: string): Promise<void> {
    const session = this.#sessions.get(sessionId);
    if (session?.isClosing) await session.closed;
  }

  #create(
    owned: { sessionId: string; userId: string },
    lease: ConstructorParameters<typeof Session>[1]["lease"],
  ): Session {
    const { sessionId } = owned;
    const session = new Session(owned, { lease, ports: this.#ports });
    this.#sessions.set(sessionId, session);
    const forgotten = session.closed.then(() => {
      if (this.#sessions.get(sessionId) === session) this.#sessions.delete(sessionId);
    });
    this.#ports.waitUntil(forgotten);
    return session;
  }
}

/**
 * This worker has written under the epoch before, and let go without giving the lease back: clients may hold words of it
 * that were never kept (K3).
 */
function isLeftOver(lease: LeaseState): boolean {
  return lease.role === "leader" && lease.lastSeq >= lease.startSeq;
}
