/** The turns that wait for their user: for an approval, or for a token. Several may, when messages were queued behind one. */
import type { QueuedTurn } from "./turn-queue.ts";

export class WaitingTurns {
  readonly #turns = new Map<string, QueuedTurn>();

  get isEmpty(): boolean {
    return this.#turns.size === 0;
  }

  /** In the order of their questions. */
  all(): QueuedTurn[] {
    return [...this.#turns.values()].sort((left, right) => left.userSeq - right.userSeq);
  }

  /** That of the newest question. */
  last(): QueuedTurn | undefined {
    return this.all().at(-1);
  }

  add({ turnId, messageId, userSeq }: QueuedTurn): void {
    this.#turns.set(turnId, { turnId, messageId, userSeq });
  }

  /** Returns the turn that does not wait any more. */
  take(turnId: string): QueuedTurn | null {
    const turn = this.#turns.get(turnId) ?? null;
    this.#turns.delete(turnId);
    return turn;
  }
}
