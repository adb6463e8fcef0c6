import { assertEquals } from "@std/assert";
import { createFakeClock } from "../../functions/testing/fake-clock.ts";
import { CallWindow } from "./call-window.ts";
import { RateCounter } from "./rate-counter.ts";

Deno.test("RateCounter takes the mean of the last minute's whole seconds", () => {
  const clock = createFakeClock();
  const counter = new RateCounter(10, clock);

  counter.add(15);
  assertEquals([counter.average(), counter.isExceeded()], [0, false]);
  clock.advance(1_000);
  assertEquals([counter.average(), counter.isExceeded()], [15, true]);
  clock.advance(1_000);
  assertEquals([counter.average(), counter.isExceeded()], [7.5, false]);
  assertEquals([counter.isExceeded(2), counter.isExceeded(3)], [false, true]);
  clock.advance(58_000);
  assertEquals(counter.average(), 0.25);
  clock.advance(1_000);
  assertEquals(counter.average(), 0);
});

Deno.test("RateCounter forgets on reset()", () => {
  const clock = createFakeClock();
  const counter = new RateCounter(10, clock);

  counter.add(100);
  clock.advance(1_000);
  counter.reset();
  clock.advance(1_000);

  assertEquals(counter.average(), 0);
});

Deno.test("CallWindow allows so many calls, and again after its time", () => {
  const clock = createFakeClock();
  const calls = new CallWindow({ calls: 2, windowMs: 1_000, clock });

  assertEquals([calls.take(), calls.take(), calls.take()], [true, true, false]);
  clock.advance(1_001);
  assertEquals([calls.take(), calls.take(), calls.take()], [true, true, false]);
});
