/** When a session is saved: with every command at once, and what was heard now and then. */
import type { Clock } from "./ports.ts";
import type { Frame } from "./protocol.ts";
import { saveSession } from "./saved-session.ts";
import { isCaughtUp, type SessionModel } from "./session-model.ts";
import type { SessionStore } from "./session-store.ts";

/** Each time the whole transcript is written. */
const SAVE_EVERY_MS = 500;

export interface SessionSaverOptions {
  store: SessionStore;
  clock: Clock;
  model(): SessionModel;
}

export class SessionSaver {
  readonly #options: SessionSaverOptions;
  #hasNews = false;
  #takeBack: (() => void) | null = null;

  constructor(options: SessionSaverOptions) {
    this.#options = options;
  }

  /** A replay is saved when it is over, an answer when it is finished. */
  onFrame({ type }: Frame): void {
    const { clock, model } = this.#options;
    this.#hasNews ||= type !== "chunks" || model().facts.activeTurn === null;
    if (this.#hasNews && isCaughtUp(model())) {
      this.#takeBack ??= clock.schedule(SAVE_EVERY_MS, () => this.save());
    }
  }

  save(): void {
    const { store, model } = this.#options;
    this.#rest();
    saveSession(store, model());
  }

  forget(): void {
    this.#rest();
    this.#options.store.forget();
  }

  #rest(): void {
    this.#hasNews = false;
    this.#takeBack?.();
    this.#takeBack = null;
  }
}
