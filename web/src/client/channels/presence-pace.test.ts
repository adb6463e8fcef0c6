import { assertEquals } from "@std/assert";
import { FakeClock } from "../testing/fake-clock.ts";
import { PresencePace } from "./presence-pace.ts";

Deno.test("no more than four changes go out in 30 seconds, and the last state always does", async () => {
  const clock = new FakeClock();
  const startedAt = clock.now();
  const changes: [atMs: number, state: number][] = [];
  let state = 0;
  const pace = new PresencePace(clock, () => changes.push([clock.now() - startedAt, state]));

  for (state = 1; state <= 10; state++) {
    pace.request();
    await clock.advance(1_000);
  }
  state = 11;
  await clock.advance(60_000);

  assertEquals(changes, [[0, 1], [1_000, 2], [2_000, 3], [3_000, 4], [30_000, 11]]);
});

Deno.test("a pace that was stopped changes nothing any more", async () => {
  const clock = new FakeClock();
  let count = 0;
  const pace = new PresencePace(clock, () => count++);
  for (let index = 0; index < 5; index++) pace.request();

  pace.stop();
  await clock.advance(60_000);

  assertEquals(count, 4);
});
