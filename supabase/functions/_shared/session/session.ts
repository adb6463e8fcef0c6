/** One conversation on this worker: its listeners, and whether this worker leads or follows. */
import { logError } from "../base/log-error.ts";
import {
  CLOSE_CODES,
  type CloseName,
  type Cursor,
  type DurableCommand,
  type EndReason,
  toWireError,
} from "../protocol/mod.ts";
import type { LeaseState, LogPage } from "../store/session-store.ts";
import { type FollowedLease, Follower } from "./follower.ts";
import { Leader } from "./leader.ts";
import type { Credentials, Listener } from "./listener.ts";
import { Listeners } from "./listeners.ts";
import type { Fence } from "./log-writer.ts";
import { withTimeout } from "../base/with-timeout.ts";
import { detachConnection } from "./detach-connection.ts";
import { OwnerCredentials } from "./owner-credentials.ts";
import { CLOSED, type Role } from "./role.ts";
import type { SessionPorts } from "./session-ports.ts";
import { Submissions } from "./submissions.ts";

/** How soon a client may come back after a handover. */
const RECONNECT_IN_MS = 100;
/** The last writes get this long before the listeners are sent away. */
const HANDOVER_MS = 2_000;

export class Session {
  readonly sessionId: string;
  readonly userId: string;
  readonly #ports: SessionPorts;
  readonly #listeners: Listeners;
  readonly #closed = Promise.withResolvers<void>();
  #role: Promise<Role>;
  /** The one that leads here now, to be asked at once. */
  #leader: Leader | null = null;
  readonly #owner: OwnerCredentials;
  readonly #submissions: Submissions;
  #isClosing = false;
  #lastCloseWasClean = false;

  constructor(
    { sessionId, userId }: { sessionId: string; userId: string },
    { lease, ports }: { lease: LeaseState; ports: SessionPorts },
  ) {
    this.sessionId = sessionId;
    this.userId = userId;
    this.#ports = ports;
    this.#owner = new OwnerCredentials(ports.clock);
    this.#listeners = new Listeners({ ...ports, sessionId, flush: () => this.#flush() });
    this.#submissions = new Submissions({
      ...ports,
      sessionId,
      listeners: this.#listeners,
      role: () => this.#role,
      leader: () => this.#leader,
    });
    this.#role = this.#take(lease);
    this.#role.catch((error) => this.#broken(error));
  }

  /** From the moment it gives up its lease no listener may join. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Resolves when this worker has nothing more to do with the session. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /**
   * Adds a listener: replays what it missed after its cursor, then lets it hear what is live (R4). Resolves when it has
   * been told that the session is ready: its commands do not wait for a long replay.
   */
  async attach(listener: Listener, cursor: Cursor | null): Promise<void> {
    this.#lastCloseWasClean = false;
    this.renewCredentials(listener.credentials);
    try {
      // What this listener had sent to another worker comes before what it sends here.
      this.#role.then((role) => role.kind === "leader" && role.leader.readInbox(), () => {});
      await this.#listeners.add(listener, cursor);
    } catch (error) {
      // The connection never learns of this session, so that nobody else would detach it.
      await this.detach(listener, CLOSE_CODES.internal.code);
      throw error;
    }
  }

  /** Makes everything said here readable in the log. */
  async #flush(): Promise<void> {
    const role = await this.#role;
    if (role.kind === "leader") await role.leader.writer.flush();
  }

  /** Removes a listener. The turn goes on (R6); without listeners and turns this worker lets the session go. */
  async detach(listener: Listener, closeCode: number): Promise<void> {
    if (!this.#listeners.remove(listener)) return;
    const { sessionId } = this;
    const { connectionId } = listener;
    const attachedCount = await detachConnection(this.#ports, { sessionId, connectionId, closeCode });
    // Whoever is still attached elsewhere may be lost later, and then has the grace period to come back (K5).
    this.#lastCloseWasClean = closeCode === 1000 && attachedCount === 0;
    await this.#letGo();
  }

  /** Records a command, applies it where this worker leads, and tells the sender. @throws StoreError */
  submit(command: DurableCommand, listener: Listener): Promise<void> {
    return this.#submissions.submit(command, listener);
  }

  /** Takes a token that a socket has brought; a turn that waited for one goes on. */
  renewCredentials(credentials: Credentials): void {
    this.#owner.renew(credentials);
    this.#role.then((role) => role.kind === "leader" && role.leader.resumeWaiting(), () => {});
  }

  /** For a session that was opened without a listener: lets it go as soon as nothing is left to do (K14). */
  async settle(): Promise<void> {
    const role = await this.#role.catch(() => CLOSED);
    // The first commit brings the commands that waited for a leader.
    if (role.kind === "leader") await role.leader.writer.flush().catch(() => {});
    await this.#letGo();
  }

  /** Hands the session to whoever comes next: flushes, gives the lease back, and sends the listeners away to return. */
  async handOver(): Promise<void> {
    if (this.#isClosing) return this.closed;
    this.#isClosing = true;
    await this.#giveUpLease();
    this.#sendAway();
  }

  #sendAway(): void {
    this.#listeners.send({ type: "session.restarting", reconnectInMs: RECONNECT_IN_MS });
    this.#close("restarting");
  }

  /** Gives the lease back, after what was written before. A database out of reach delays nobody for long. */
  async #giveUpLease(): Promise<void> {
    const giveUp = async () => {
      const role = await this.#role;
      if (role.kind === "leader") await role.leader.handOver();
    };
    await withTimeout(giveUp, { timeoutMs: HANDOVER_MS, clock: this.#ports.clock }).catch(() => {});
  }

  /** A turn runs or waits in line here. */
  async isBusy(): Promise<boolean> {
    const role = await this.#role.catch(() => CLOSED);
    return role.kind === "leader" && role.leader.isBusy;
  }

  async #take(lease: LeaseState): Promise<Role> {
    if (lease.role === "follower") return { kind: "follower", follower: this.#follow(lease) };
    this.#leader = await Leader.start({ sessionId: this.sessionId, ...lease }, {
      ...this.#ports,
      accessToken: () => this.#owner.accessToken(),
      speak: (spoken) => this.#listeners.speak(spoken),
      send: (frame) => this.#listeners.send(frame),
      onIdle: () => void this.#letGo(),
      onFenced: (fence) => this.#stepDown(fence),
      onEnded: (ended) => this.#ended(ended),
    });
    return { kind: "leader", leader: this.#leader };
  }

  #follow(lease: FollowedLease): Follower {
    return new Follower(this.sessionId, {
      lease,
      ports: {
        ...this.#ports,
        speak: (spoken) => this.#listeners.speak(spoken),
        heardSeq: () => this.#listeners.heardSeq,
        onRewound: ({ epoch, rewindTo }) => this.#listeners.rewind({ epoch, rewindTo, lostEpoch: epoch - 1 }),
        onGone: () => this.#close("forbidden"),
        onPage: (page) => this.#watchEnding(page),
        onLease: (won) => {
          this.#role = this.#take(won);
          this.#role.catch((error) => this.#broken(error));
        },
      },
    });
  }

  #stepDown({ epoch, rewindTo, spokenSeq, lostEpoch }: Fence): void {
    this.#leader = null;
    this.#listeners.rewind({ epoch, rewindTo, lostEpoch });
    // What was committed late has not been spoken, because the lease was over.
    const lastSeq = Math.min(rewindTo, spokenSeq);
    const follower = this.#follow({ epoch, lastSeq, expiresInMs: 0, lostEpoch });
    this.#role = Promise.resolve({ kind: "follower", follower });
    // It may have led for nobody (K14).
    void this.#letGo();
  }

  /** Ends or releases the session when nobody listens and nothing runs. */
  async #letGo(): Promise<void> {
    const role = await this.#role.catch(() => CLOSED);
    if (!this.#listeners.isEmpty || this.#isClosing) return;
    if (role.kind === "leader" && role.leader.isBusy) return;
    this.#isClosing = true;
    if (role.kind === "leader") {
      const { leader } = role;
      const end = this.#lastCloseWasClean ? { reason: "closed" as const, onlyIfUnattached: true } : undefined;
      await leader.release(end).catch(() => {});
    }
    this.#close("goingAway");
  }

  #watchEnding({ ending }: LogPage): void {
    if (ending) this.#ended(ending);
  }

  #ended(ended: { reason: EndReason; endTime: string; durationSeconds: number }): void {
    this.#isClosing = true;
    // In a task of its own, so that whoever asked for the end hears first that the command was accepted.
    this.#ports.clock.schedule(0, async () => {
      const isByUser = ended.reason === "ended_by_user";
      if (isByUser) this.#listeners.end({ type: "session.ended", ...ended });
      // Not in the batch of the end: what was sent after that is still to be refused on record.
      await this.#giveUpLease();
      // Only its user ends a session in use: these listeners were taken for gone, and reopen it by returning (K5).
      if (isByUser) this.#stop();
      else this.#sendAway();
    });
  }

  #broken(error: unknown): void {
    logError("session_broken", { error });
    this.#listeners.send({ type: "error", error: toWireError("storage_unavailable") });
    this.#close("internal");
  }

  #close(name: CloseName): void {
    this.#listeners.close(name);
    this.#stop();
  }

  #stop(): void {
    this.#isClosing = true;
    this.#leader = null;
    const stopped = this.#role.then((role) => {
      if (role.kind === "leader") role.leader.stop();
      if (role.kind === "follower") return role.follower.stop();
    }, () => {});
    this.#role = Promise.resolve(CLOSED);
    this.#closed.resolve(stopped);
  }
}
