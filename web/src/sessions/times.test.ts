import { assertEquals } from "@std/assert";
import { toRelativeTime } from "./to-relative-time.ts";
import { toDuration } from "./to-duration.ts";
import { toDate } from "./to-when.ts";

Deno.test("toDuration() names the two largest units", () => {
  assertEquals([0, 59, 60, 75, 3_600, 5_460].map(toDuration), [
    "0 s",
    "59 s",
    "1 min",
    "1 min 15 s",
    "1 h",
    "1 h 31 min",
  ]);
});

Deno.test("toDate() reads timestamps as Postgres prints them", () => {
  const expected = new Date("2026-11-21T08:31:00.5Z").getTime();

  assertEquals(toDate("2026-11-21 08:31:00.5+00").getTime(), expected);
  assertEquals(toDate("2026-11-21T08:31:00.500+00:00").getTime(), expected);
});

Deno.test("toRelativeTime() tells the less exactly the longer ago it was", () => {
  const now = new Date(2026, 10, 21, 15, 0, 0).getTime();
  const ago = (ms: number) => toRelativeTime(new Date(now - ms).toISOString(), now);
  const minute = 60_000;

  assertEquals(ago(-5_000), "just now");
  assertEquals(ago(59_000), "just now");
  assertEquals(ago(minute), "1 min ago");
  assertEquals(ago(59 * minute), "59 min ago");
  assertEquals(ago(3 * 60 * minute), "3 h ago");
  assertEquals(ago(20 * 60 * minute), "yesterday");
});
