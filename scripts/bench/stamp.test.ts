import { assert, assertEquals } from "@std/assert";
import { ageOf, STAMPS, toStamp } from "./stamp.ts";

const NOON = Date.UTC(2030, 0, 1, 12);

Deno.test("a stamp tells its age to the microsecond, also over midnight", () => {
  const midnight = Date.UTC(2030, 0, 2);

  assert(Math.abs(ageOf(toStamp(NOON).slice(1), NOON + 1.234) - 1.234) < 0.001);
  assert(Math.abs(ageOf(toStamp(midnight - 1).slice(1), midnight + 2) - 3) < 0.001);
});

Deno.test("stamps are found in events of a provider and in frames", () => {
  const [first, second] = [toStamp(NOON), toStamp(NOON + 1)];
  const text =
    `{"delta":{"content":" ${first}"}} {"type":"text-delta","id":"1","delta":" ${second}"} {"delta":" at"}`;

  assertEquals([...text.matchAll(STAMPS)].map(([, stamp]) => `@${stamp}`), [first, second]);
});
