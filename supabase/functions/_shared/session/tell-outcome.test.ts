import { assertEquals } from "@std/assert";
import type { DurableCommand, Frame } from "../protocol/mod.ts";
import { createMemorySessionStore } from "../store/memory-session-store.ts";
import { createMemoryDatabase } from "../store/memory/memory-database.ts";
import { tellOutcome } from "./tell-outcome.ts";
import { createManualClock } from "./testing/manual-clock.ts";

const REGENERATE: DurableCommand = { type: "message.regenerate", id: "c", messageId: "a" };

/** A command that somebody refuses after a while, and a connection that may leave before. */
function arrange(command: DurableCommand, { settledAfterMs }: { settledAfterMs: number }) {
  const clock = createManualClock();
  const told: Frame[] = [];
  const asked: number[] = [];
  let isListening = true;
  const store = {
    ...createMemorySessionStore(createMemoryDatabase({ clock })),
    submitCommand() {
      asked.push(clock.monotonic());
      const settled = clock.monotonic() >= settledAfterMs;
      return Promise.resolve({
        ...{ duplicate: true, settled, seq: null, targetTurnId: null },
        refusal: settled ? "busy" : null,
      });
    },
  };
  const listener = {
    ...{
      connectionId: "c",
      credentials: { userId: "u", accessToken: "t", expiresAt: 0 },
      wantsHistory: true,
    },
    ...{ speak() {}, close() {}, hasRoom: () => Promise.resolve(true) },
    send: (frame: Frame) => void told.push(frame),
  };
  tellOutcome({ store, clock }, {
    ...{ sessionId: "s", command, listener, onEnded() {} },
    isListening: () => isListening,
  });
  return { clock, told, asked, leave: () => isListening = false };
}

Deno.test("[R5] a refusal is told to whoever sent the command, however late it comes", async () => {
  const { clock, told, asked } = arrange(REGENERATE, { settledAfterMs: 120_000 });

  await clock.advance(200_000);

  assertEquals(told.map((frame) => frame.type === "error" && frame.error.code), ["busy"]);
  assertEquals(asked.slice(0, 4), [500, 2_000, 7_000, 27_000]);
  assertEquals(asked.at(-1), 127_000);
});

Deno.test("nobody asks on for a connection that has left", async () => {
  const { clock, told, asked, leave } = arrange(REGENERATE, { settledAfterMs: 120_000 });
  await clock.advance(10_000);

  leave();
  await clock.advance(200_000);

  assertEquals([told, asked.length], [[], 3]);
});
