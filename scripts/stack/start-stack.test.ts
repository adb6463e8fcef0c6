/** The stack as a whole: side by side, kept, restarted, gone. */

import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { isExisting } from "./files/is-existing.ts";
import { isPortFree } from "./ports/free-port.ts";
import { findServerAccount } from "./postgres/server-account.ts";
import { createTraversableFolder } from "./postgres/traversable-folder.ts";
import { createTestClient, signInDemo, withStack } from "./testing/with-stack.ts";

Deno.test("startStack() runs several side by side and leaves nothing behind", async () => {
  const seen: { dataDir: string; ports: number[] }[] = [];

  await withStack(async (first) => {
    await withStack(async (second) => {
      await (await signInDemo(first)).from("notes").insert({ title: "only here" }).throwOnError();

      assertEquals((await (await signInDemo(second)).from("notes").select()).data, []);
      for (const { dataDir, ports } of [first, second]) seen.push({ dataDir, ports: Object.values(ports) });
    });
  });

  assertNotEquals(seen[0]!.dataDir, seen[1]!.dataDir);
  for (const { dataDir, ports } of seen) {
    assertEquals(await isExisting(dataDir), false);
    assertEquals(ports.map(isPortFree), [true, true, true]);
  }
});

Deno.test("startStack() keeps data and keys of a given folder, and tells who uses it", async () => {
  const dataDir = await createTraversableFolder({ account: findServerAccount() });
  let publishableKey = "";

  await withStack(async (stack) => {
    ({ publishableKey } = stack);
    await (await signInDemo(stack)).from("notes").insert({ title: "kept" }).throwOnError();
    await assertRejects(() => withStack(async () => {}, { dataDir }), Error, `in use by process ${Deno.pid}`);
  }, { dataDir, fsync: false });

  await withStack(async (stack) => {
    assertEquals(stack.publishableKey, publishableKey);
    assertEquals((await (await signInDemo(stack)).from("notes").select("title")).data, [{ title: "kept" }]);
  }, { dataDir, fsync: false });
  await Deno.remove(dataDir, { recursive: true });
});

Deno.test("killPostgres() answers 503 until restartPostgres() brings everything back", () =>
  withStack(async (stack) => {
    const client = createTestClient(stack);
    const statuses = new Set<number>();
    let isOver = false;
    const traffic = Array.from({ length: 10 }, async () => {
      while (!isOver) statuses.add((await client.rpc("do_nothing")).status);
    });

    await client.rpc("do_nothing");
    await stack.killPostgres();
    const down = await client.rpc("do_nothing");
    await stack.restartPostgres();
    const back = await client.rpc("do_nothing");
    isOver = true;
    await Promise.all(traffic);

    assertEquals([down.status, back.status], [503, 204]);
    assertEquals([...statuses].sort(), [204, 503]);
    assertEquals((await client.auth.signInWithPassword(stack.demo)).error, null);
  }));

Deno.test("only the owner may read the keys of an installation", () =>
  withStack(async (stack) => {
    const { mode } = await Deno.stat(`${stack.dataDir}/installation.json`);

    assertEquals((mode ?? 0) & 0o777, 0o600);
  }));
