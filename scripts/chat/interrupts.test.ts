import { assertEquals } from "@std/assert";
import { createInterrupts } from "./interrupts.ts";

function press(timesMs: number[], { isRunning }: { isRunning: boolean }): string[] {
  const done: string[] = [];
  let now = 0;
  const onInterrupt = createInterrupts({
    now: () => now,
    cancel() {
      if (isRunning) done.push("cancel");
      return isRunning;
    },
    hint: () => void done.push("hint"),
    leave: () => void done.push("leave"),
  });
  for (const time of timesMs) {
    now = time;
    onInterrupt();
  }
  return done;
}

Deno.test("Ctrl-C once stops the answer, twice leaves", () => {
  assertEquals(press([0], { isRunning: true }), ["cancel"]);
  assertEquals(press([0, 800], { isRunning: true }), ["cancel", "leave"]);
});

Deno.test("one press that arrives twice counts once", () => {
  assertEquals(press([0, 5], { isRunning: true }), ["cancel"]);
});

Deno.test("Ctrl-C with nothing to stop tells how to leave", () => {
  assertEquals(press([0], { isRunning: false }), ["hint"]);
  assertEquals(press([0, 5_000], { isRunning: false }), ["hint", "hint"]);
});
