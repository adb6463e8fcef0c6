import { assertEquals } from "@std/assert";
import { mendPostgresClient } from "./mend-postgres-client.ts";

Deno.test("a connection that times out after its socket is gone ends nothing", async () => {
  mendPostgresClient();
  const socket = null as { destroy(): void } | null;
  let isTried = false;

  setTimeout(function connectTimedOut() {
    isTried = true;
    socket!.destroy();
  });
  await new Promise((resolve) => setTimeout(resolve, 10));

  assertEquals(isTried, true);
});
