import { assertEquals } from "@std/assert";
import { median, percentile, perThousand } from "./statistics.ts";

Deno.test("percentile() takes the nearest rank, whatever the order", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);

  assertEquals([0, 0.01, 0.5, 0.99, 1].map((share) => percentile(values, share)), [1, 1, 50, 99, 100]);
});

Deno.test("percentile() sorts by number, and knows nothing of nothing", () => {
  assertEquals([percentile([10, 9, -1], 1), percentile([7], 0.99), percentile([], 0.5)], [10, 7, NaN]);
});

Deno.test("median() is the lower middle of an even count", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 3, 2])], [2, 2]);
});

Deno.test("perThousand() scales a cost to a thousand tokens", () => {
  assertEquals(perThousand(50, 2_000), 25);
});
