/** Keeps answers for those who come back for them, for a time and up to a number. */
import type { Clock } from "../../base/clock.ts";
import type { StoredAnswer } from "./stored-answer.ts";

export interface AnswerStore {
  keep(id: string, answer: StoredAnswer): void;
  find(id: string): StoredAnswer | null;
  forget(id: string): void;
}

/** Longer than any worker takes to come back. */
const KEPT_MS = 600_000;
const MAX_FINISHED = 200;

export function createAnswerStore(clock: Clock): AnswerStore {
  const kept = new Map<string, { answer: StoredAnswer; keptAtMs: number }>();

  function isExpired({ keptAtMs }: { keptAtMs: number }): boolean {
    return clock.monotonic() - keptAtMs >= KEPT_MS;
  }

  function makeRoom(): void {
    let excess = kept.size - MAX_FINISHED;
    for (const [id, entry] of kept) {
      if (!isExpired(entry) && !(excess > 0 && entry.answer.isOver)) continue;
      entry.answer.cancel();
      kept.delete(id);
      excess--;
    }
  }

  return {
    keep(id, answer) {
      makeRoom();
      kept.set(id, { answer, keptAtMs: clock.monotonic() });
    },
    find(id) {
      const entry = kept.get(id);
      return entry && !isExpired(entry) ? entry.answer : null;
    },
    forget(id) {
      kept.delete(id);
    },
  };
}
