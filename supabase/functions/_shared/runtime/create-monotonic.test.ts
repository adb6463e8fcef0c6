import { assertEquals } from "@std/assert";
import { createMonotonic } from "./create-monotonic.ts";

Deno.test("the exact clock is asked once in a millisecond of the wall clock", () => {
  const sources = { wallMs: 1_000, exactMs: 7.25, asked: 0 };
  const monotonic = createMonotonic({
    wall: () => sources.wallMs,
    exact() {
      sources.asked++;
      return sources.exactMs;
    },
  });
  assertEquals([monotonic(), monotonic(), sources.asked], [7.25, 7.25, 1]);
  Object.assign(sources, { wallMs: 1_001, exactMs: 8.5 });
  assertEquals([monotonic(), monotonic(), sources.asked], [8.5, 8.5, 2]);
});

Deno.test("time goes on when somebody sets the wall clock back", () => {
  const sources = { wallMs: 1_000, exactMs: 50 };
  const monotonic = createMonotonic({ wall: () => sources.wallMs, exact: () => sources.exactMs });
  assertEquals(monotonic(), 50);
  Object.assign(sources, { wallMs: 400, exactMs: 52 });
  assertEquals(monotonic(), 52);
});
