/** What becomes of immediates that the Postgres client plans and does not want any more. */

import { assertEquals } from "@std/assert";
import { mendImmediates } from "./mend-immediates.ts";

Deno.test("an immediate does not run once it is cleared, though it was due in the same tick", async () => {
  mendImmediates();
  const { setImmediate, clearImmediate } = globalThis as unknown as {
    setImmediate: (callback: () => void) => unknown;
    clearImmediate: (immediate: unknown) => void;
  };
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using server = await listener.accept();
  const events: string[] = [];

  const immediate = setImmediate(() => events.push("ran"));
  const cleared = server.read(new Uint8Array(1)).then(() => {
    clearImmediate(immediate);
    events.push("cleared");
  });
  client.write(new Uint8Array(1));
  const busyUntil = performance.now() + 30;
  while (performance.now() < busyUntil); // both events wait for the end of this tick
  await cleared;
  await new Promise<void>((resolve) => setImmediate(resolve));

  assertEquals(events, ["cleared"]);
});

Deno.test("a write that the Postgres client planned for a socket it has let go ends nothing", async () => {
  mendImmediates();
  const { setImmediate } = globalThis as unknown as { setImmediate: (callback: () => void) => unknown };
  const socket = null as { write(): void } | null;
  let isTried = false;

  setImmediate(function nextWrite() {
    isTried = true;
    socket!.write();
  });
  await new Promise<void>((resolve) => setImmediate(resolve));

  assertEquals(isTried, true);
});
