/** The end a worker sets itself, for platforms that stop workers without a word. */
import type { Clock } from "../base/clock.ts";
import type { ReadVariable } from "./environment.ts";

/** A shorter life is a mistake in the unit. */
const MIN_LIFE_MS = 1_000;

/** How long a worker may live; `null` where the platform says when its time is over. @throws Error naming the variable. */
export function readWorkerLifeMs(read: ReadVariable): number | null {
  const text = read("SESSION_WORKER_MAX_MS");
  if (text === undefined || text === "") return null;
  const lifeMs = Number(text);
  if (Number.isInteger(lifeMs) && lifeMs >= MIN_LIFE_MS) return lifeMs;
  throw new Error(
    `Cannot use SESSION_WORKER_MAX_MS "${text}": give milliseconds, ${MIN_LIFE_MS} or more, or leave it out`,
  );
}

/** Calls `leave` when a worker that boots now has lived as long as it may. */
export function leaveAtDeadline(
  lifeMs: number | null,
  { clock, leave }: { clock: Clock; leave(): void },
): void {
  if (lifeMs !== null) clock.schedule(lifeMs, leave);
}
