/** The worker that may write: applies the commands of a session, runs its turns, and keeps its log. */
import type { DurableCommand, EndReason, ErrorCode } from "../protocol/mod.ts";
import type { AppendBatch, AppendOutcome, InboxCommand } from "../store/session-store.ts";
import { applyCommand } from "./apply-command.ts";
import { Audience } from "./audience.ts";
import type { Applied, Leading, LeadingPorts } from "./leading.ts";
import { type History, loadHistory } from "./load-history.ts";
import { type Fence, LogWriter, type SpokenFrame } from "./log-writer.ts";
import { restoreTurns } from "./restore-turns.ts";
import { resumeTurns } from "./resume-turns.ts";
import { runQueuedTurn } from "./run-queued-turn.ts";
import { titleSession, wantsTitle } from "./title-session.ts";
import type { Transcript } from "./transcript.ts";
import { TurnStop } from "../turn/turn-stop.ts";
import { TurnQueue } from "./turn-queue.ts";
import { WaitingTurns } from "./waiting-turns.ts";

export interface LeaderStart {
  sessionId: string;
  epoch: number;
  /** The first seq of the epoch. */
  startSeq: number;
  lastSeq: number;
  leaseMs: number;
}

export interface LeaderPorts extends LeadingPorts {
  speak(spoken: SpokenFrame): void;
  /** Nothing runs and nothing waits in line. */
  onIdle(): void;
  onFenced(fence: Fence): void;
  onEnded(ended: { reason: EndReason; endTime: string; durationSeconds: number }): void;
}

/** Commands are re-sent for a short time only; older ones the store knows. */
const MAX_REMEMBERED_COMMANDS = 500;

export class Leader implements Leading {
  readonly ports: LeaderPorts;
  readonly writer: LogWriter;
  readonly queue: TurnQueue;
  readonly transcript: Transcript;
  title: string | null;
  isEnding = false;
  readonly waiting = new WaitingTurns();
  readonly #applied = new Map<string, Promise<Applied>>();
  readonly #audience: Audience;
  #endWhenIdle: EndReason | null = null;
  #isEnded = false;
  #isReleased = false;
  #naming: AbortController | null = null;
  #inboxRead: Promise<void> = Promise.resolve();

  static async start(start: LeaderStart, ports: LeaderPorts): Promise<Leader> {
    const history = await loadHistory(ports.store, start.sessionId);
    const leader = new Leader(start, { history, ports });
    restoreTurns(leader, history);
    leader.resumeWaiting();
    leader.readInbox();
    return leader;
  }

  private constructor(start: LeaderStart, { history, ports }: { history: History; ports: LeaderPorts }) {
    this.ports = ports;
    this.#audience = new Audience(ports.broadcastLane, start);
    this.transcript = history.transcript;
    this.title = history.title;
    this.queue = new TurnQueue({
      run: async (turn, signal) => {
        await runQueuedTurn(this, { turn, signal });
        if (wantsTitle(this)) this.#name();
      },
      onIdle: () => this.#becameIdle(),
    });
    this.writer = new LogWriter(start, {
      lane: ports.lane,
      clock: ports.clock,
      createId: ports.createId,
      speak: (spoken) => {
        ports.speak(spoken);
        this.#audience.hear(spoken);
      },
      isBusy: () => this.queue.isBusy,
      onOutcome: (outcome) => this.#settle(outcome),
      onFenced: (fence) => {
        this.stop();
        ports.onFenced(fence);
      },
    });
  }

  /** Something is still to be done here, though it may not be a turn. */
  get isBusy(): boolean {
    return this.queue.isBusy || this.#naming !== null;
  }

  /**
   * The turn that a cancel without one means here, where it is known what runs, and before that is committed. Only for a
   * first submission: a late repetition must not stop another turn (K11).
   */
  nextToStop(command: DurableCommand): string | null {
    if (command.type !== "turn.cancel" || command.turnId !== undefined) return null;
    return this.queue.running?.turnId ?? this.queue.last?.turnId ?? this.waiting.last()?.turnId ?? null;
  }

  /** Brings the commands that reached other workers, or waited for a leader. */
  readInbox(): void {
    this.#inboxRead = this.writer.write({}).catch(() => {});
  }

  /** Resolves when the commands are applied that were on record before the newest socket came. */
  get inboxRead(): Promise<void> {
    return this.#inboxRead;
  }

  /** Applies a command once; asked again, it answers what it answered before. */
  apply(inbox: InboxCommand): Promise<Applied> {
    // One id in two spellings is one command, as in the inbox.
    const id = inbox.command.id.toLowerCase();
    const known = this.#applied.get(id);
    if (known) return known;
    const applied = applyCommand(this, inbox);
    // The inbox applies commands that nobody here waits for.
    applied.catch(() => {});
    this.#applied.set(id, applied);
    const [oldest] = this.#applied.keys();
    if (this.#applied.size > MAX_REMEMBERED_COMMANDS && oldest !== undefined) this.#applied.delete(oldest);
    return applied;
  }

  async refuse(commandId: string, refusal: ErrorCode): Promise<Applied> {
    await this.writer.write({ acks: [{ commandId, seq: null, refusal }] });
    return { seq: null, refusal };
  }

  /** Ends the session as soon as nothing runs, unless somebody is attached by then. */
  endWhenIdle(reason: EndReason): void {
    this.#endWhenIdle = reason;
    if (!this.isBusy) this.#endNow();
  }

  /** Goes on with turns that waited for the user's token, now that there is one. */
  resumeWaiting(): void {
    resumeTurns(this);
  }

  /** Gives the lease back, or ends the session with it. Everything written before is durable when this resolves. */
  async release(end?: AppendBatch["end"]): Promise<void> {
    this.#isReleased = true;
    await this.writer.write({ release: true, ...(end ? { end } : {}) });
    this.stop();
  }

  /** Gives the lease back in the middle of whatever runs; the next leader finds it in the log. */
  async handOver(): Promise<void> {
    this.queue.removeAll();
    if (this.queue.running) this.queue.stop(this.queue.running.turnId, "abandoned");
    await this.release();
  }

  /** Falls silent at once. What was not committed is lost, and the next leader rewinds it. */
  stop(): void {
    // Nobody goes on with a title.
    this.#naming?.abort(new TurnStop("cancelled"));
    this.queue.removeAll();
    if (this.queue.running) this.queue.stop(this.queue.running.turnId, "abandoned");
    this.writer.close();
  }

  #settle({ inbox, ended, endRequested, topics = [] }: Extract<AppendOutcome, { outcome: "ok" }>): void {
    this.#audience.gather(topics);
    if (ended) {
      this.#isEnded = true;
      return this.ports.onEnded(ended);
    }
    // They are the next leader's.
    if (this.#isReleased) return;
    for (const command of inbox) this.apply(command);
    if (endRequested) this.endWhenIdle(endRequested);
  }

  #name(): void {
    const naming = new AbortController();
    this.#naming = naming;
    titleSession(this, naming.signal).then(() => {
      this.#naming = null;
      if (!naming.signal.aborted && !this.queue.isBusy) this.#becameIdle();
    });
  }

  #becameIdle(): void {
    if (this.isBusy) return;
    if (this.#endWhenIdle) this.#endNow();
    else this.ports.onIdle();
  }

  #endNow(): void {
    const reason = this.#endWhenIdle;
    this.#endWhenIdle = null;
    if (!reason) return;
    this.writer.write({ end: { reason, onlyIfUnattached: true } }).then(() => {
      // Somebody came back in time, perhaps on another worker: the session stays, and this one may let it go.
      if (!this.#isEnded) this.ports.onIdle();
    }, () => {});
  }
}
