import { assertEquals } from "@std/assert";
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
