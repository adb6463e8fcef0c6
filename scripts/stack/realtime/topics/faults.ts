/** What may happen to a broadcast on its way to one channel; the network of a test. */

import type { Broadcast } from "../wire/message.ts";

export type Fate =
  | "deliver"
  | "drop"
  | { readonly delayMs: number }
  /** Held back until so many later broadcasts have reached the channel, or the faults are taken back. */
  | { readonly behind: number };

export interface Delivery {
  readonly topic: string;
  readonly isPrivate: boolean;
  readonly broadcast: Broadcast;
  /** Tells connections apart. */
  readonly connectionId: number;
}

export type DecideFate = (delivery: Delivery) => Fate;

interface Held {
  key: unknown;
  behind: number;
  deliver: () => void;
}

/** Carries deliveries to their end, each as it was decided. */
export class FaultyNetwork {
  #decide: DecideFate | undefined;
  #held: Held[] = [];
  readonly #setTimer: (callback: () => void, delayMs: number) => () => void;
  readonly #timers = new Set<() => void>();

  constructor(setTimer: (callback: () => void, delayMs: number) => () => void) {
    this.#setTimer = setTimer;
  }

  get decide(): DecideFate | undefined {
    return this.#decide;
  }

  /** Undefined: everything is delivered, also what was held back. */
  set decide(decide: DecideFate | undefined) {
    this.#decide = decide;
    if (decide) return;
    for (const { deliver } of this.#held.splice(0)) deliver();
  }

  /** `receiver` is whose later deliveries release what is held back. */
  carry(delivery: Delivery, { receiver, deliver }: { receiver: unknown; deliver: () => void }): void {
    const fate = this.#decide?.(delivery) ?? "deliver";
    if (fate === "drop") return;
    if (fate === "deliver") {
      deliver();
      return this.#release(receiver);
    }
    if ("behind" in fate) return void this.#held.push({ key: receiver, behind: fate.behind, deliver });
    const cancel = this.#setTimer(() => {
      this.#timers.delete(cancel);
      deliver();
      this.#release(receiver);
    }, fate.delayMs);
    this.#timers.add(cancel);
  }

  /** Forgets what is still on its way. */
  clear(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#held = [];
  }

  #release(receiver: unknown): void {
    for (const held of this.#held) if (held.key === receiver) held.behind -= 1;
    const due = this.#held.filter(({ key, behind }) => key === receiver && behind <= 0);
    this.#held = this.#held.filter((held) => !due.includes(held));
    for (const { deliver } of due) deliver();
  }
}
