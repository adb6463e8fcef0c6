import { assertEquals } from "@std/assert";
import { createFakeClock } from "../../functions/testing/fake-clock.ts";
import { watchSilence } from "./watch-silence.ts";

Deno.test("watchSilence() tells once, when nothing was heard for so long", () => {
  const clock = createFakeClock();
  const silentAt: number[] = [];
  const watch = watchSilence({ clock, limitMs: 60, onSilent: () => silentAt.push(clock.now()) });

  clock.advance(50);
  watch.interrupt();
  clock.advance(59);
  assertEquals(silentAt, []);
  clock.advance(1_000);

  assertEquals(silentAt, [110]);
});

Deno.test("watchSilence() tells nothing after cancel()", () => {
  const clock = createFakeClock();
  let isSilent = false;
  const watch = watchSilence({ clock, limitMs: 60, onSilent: () => isSilent = true });

  clock.advance(50);
  watch.interrupt();
  clock.advance(20);
  watch.cancel();
  clock.advance(1_000);

  assertEquals(isSilent, false);
});
