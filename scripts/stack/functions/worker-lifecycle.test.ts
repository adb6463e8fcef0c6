/** The phases of a worker, without a worker. */

import { assertEquals } from "@std/assert";
import { bootDelayMs } from "./boot-backoff.ts";
import { startLifecycleTimer } from "./lifecycle-timer.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { type LifecyclePhase, lifecyclePhase, msUntilNextPhase } from "./worker-lifecycle.ts";

const WALL_CLOCK_MS = 400_000;

Deno.test("lifecyclePhase() retires at 50 %, warns at 90 % and ends at 100 %", () => {
  const phases = [0, 199_999, 200_000, 359_999, 360_000, 399_999, 400_000, 999_999].map((ageMs) =>
    lifecyclePhase(ageMs, WALL_CLOCK_MS)
  );

  assertEquals(phases, [
    ...["serving", "serving", "retired", "retired", "unloading", "unloading", "expired", "expired"] as const,
  ]);
});

Deno.test("msUntilNextPhase() counts down to each phase and then to none", () => {
  const waits = [0, 200_000, 360_000, 400_000].map((ageMs) => msUntilNextPhase(ageMs, WALL_CLOCK_MS));

  assertEquals(waits, [200_000, 160_000, 40_000, undefined]);
});

Deno.test("a wall clock of 0 never ends", () => {
  assertEquals([lifecyclePhase(1e12, 0), msUntilNextPhase(1e12, 0)], ["serving", undefined]);
});

Deno.test("startLifecycleTimer() reports every phase at its time, and none after it was cancelled", () => {
  const clock = createFakeClock();
  const reported: [number, LifecyclePhase][] = [];
  const onPhase = (phase: LifecyclePhase) => reported.push([clock.now(), phase]);
  startLifecycleTimer(clock, { wallClockMs: WALL_CLOCK_MS, onPhase });
  const cancel = startLifecycleTimer(clock, { wallClockMs: 1_000, onPhase });

  clock.advance(500);
  cancel();
  clock.advance(WALL_CLOCK_MS * 2);

  assertEquals(reported, [[500, "retired"], [200_000, "retired"], [360_000, "unloading"], [
    400_000,
    "expired",
  ]]);
});

Deno.test("startLifecycleTimer() reports phases that a sleeping machine missed, in order", () => {
  const clock = createFakeClock();
  const reported: LifecyclePhase[] = [];
  startLifecycleTimer(clock, { wallClockMs: 1_000, onPhase: (phase) => reported.push(phase) });

  clock.advance(1_000_000);

  assertEquals(reported, ["retired", "unloading", "expired"]);
});

Deno.test("bootDelayMs() lets the first failure pass and bounds the wait of a crash loop", () => {
  assertEquals([0, 1, 2, 3, 4, 20].map(bootDelayMs), [0, 0, 100, 200, 400, 5_000]);
});
