/** When a worker is retired, warned and killed: the platform's shares of its wall clock. */

/** `serving` takes requests; `retired` finishes what it has; `unloading` was warned; `expired` is killed. */
export type LifecyclePhase = "serving" | "retired" | "unloading" | "expired";

const PHASE_STARTS: { phase: LifecyclePhase; share: number }[] = [
  { phase: "retired", share: 0.5 },
  { phase: "unloading", share: 0.9 },
  { phase: "expired", share: 1 },
];

/** The phase of a worker of that age; a wall clock of 0 never ends. */
export function lifecyclePhase(ageMs: number, wallClockMs: number): LifecyclePhase {
  if (wallClockMs === 0) return "serving";
  return PHASE_STARTS.findLast(({ share }) => ageMs >= wallClockMs * share)?.phase ?? "serving";
}

/** How long until the phase changes, or undefined when it never will. */
export function msUntilNextPhase(ageMs: number, wallClockMs: number): number | undefined {
  if (wallClockMs === 0) return undefined;
  const next = PHASE_STARTS.find(({ share }) => ageMs < wallClockMs * share);
  return next && wallClockMs * next.share - ageMs;
}
