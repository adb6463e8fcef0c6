/** Turns of a session, one after the other; knows which runs and stops it on request. */
import type { ModelCheckpoint } from "../model/language-model.ts";
import type { PartialAnswer } from "./load-history.ts";
import { TurnStop } from "../turn/turn-stop.ts";

export interface QueuedTurn {
  turnId: string;
  /** Id of the answer. */
  messageId: string;
  /** Seq of the user message that asked. */
  userSeq: number;
  /** A waiting answer with the decision in it. */
  decided?: PartialAnswer;
  /** What an earlier leader has left of the answer. */
  inherited?: PartialAnswer;
  /** Where that ends in the answer that the provider has stored. */
  checkpoint?: ModelCheckpoint;
}

/** Longest line of unanswered messages. */
export const MAX_QUEUED_TURNS = 10;

export class TurnQueue {
  readonly #run: (turn: QueuedTurn, signal: AbortSignal) => Promise<void>;
  readonly #onIdle: () => void;
  #queued: QueuedTurn[] = [];
  #running: { turn: QueuedTurn; controller: AbortController; done: Promise<void> } | null = null;

  /** `run` must not reject. `onIdle` is called when the last turn has ended. */
  constructor(ports: { run(turn: QueuedTurn, signal: AbortSignal): Promise<void>; onIdle(): void }) {
    this.#run = ports.run;
    this.#onIdle = ports.onIdle;
  }

  get isBusy(): boolean {
    return this.#running !== null || this.#queued.length > 0;
  }

  get isFull(): boolean {
    return this.#queued.length >= MAX_QUEUED_TURNS;
  }

  get running(): QueuedTurn | null {
    return this.#running?.turn ?? null;
  }

  /** The newest turn in line. */
  get last(): QueuedTurn | null {
    return this.#queued.at(-1) ?? null;
  }

  add(turn: QueuedTurn): void {
    this.#queued.push(turn);
    this.#next();
  }

  /** Asks the running turn to stop; false when another turn or none runs. */
  stop(turnId: string, kind: TurnStop["kind"]): boolean {
    if (this.#running?.turn.turnId !== turnId) return false;
    this.#running.controller.abort(new TurnStop(kind));
    return true;
  }

  /** Takes a turn out of the line before it has begun. */
  remove(turnId: string): QueuedTurn | null {
    const turn = this.#queued.find((queued) => queued.turnId === turnId) ?? null;
    this.#queued = this.#queued.filter((queued) => queued !== turn);
    return turn;
  }

  removeAll(): QueuedTurn[] {
    const removed = this.#queued;
    this.#queued = [];
    return removed;
  }

  /** Resolves when the turn that runs now has ended. */
  async settled(): Promise<void> {
    await this.#running?.done;
  }

  #next(): void {
    if (this.#running) return;
    const turn = this.#queued.shift();
    if (!turn) return;
    const controller = new AbortController();
    const running = { turn, controller, done: Promise.resolve() };
    this.#running = running;
    running.done = this.#run(turn, controller.signal).then(() => {
      this.#running = null;
      this.#next();
      if (!this.isBusy) this.#onIdle();
    });
  }
}
