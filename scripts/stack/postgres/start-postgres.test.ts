/** What startPostgres() promises, on real servers. */

import { assertEquals, assertRejects } from "@std/assert";
import postgres from "postgres";
import { isExisting } from "../files/is-existing.ts";
import { isPortFree } from "../ports/free-port.ts";
import { createTraversableFolder } from "./traversable-folder.ts";
import { findServerAccount } from "./server-account.ts";
import { type PostgresServer, startPostgres } from "./start-postgres.ts";

async function query(server: PostgresServer, text: string): Promise<unknown> {
  const sql = postgres(server.url(), { max: 1, onnotice: () => {} });
  try {
    const rows = await sql.unsafe(text).values();
    return rows[0]?.[0];
  } finally {
    await sql.end();
  }
}

Deno.test("startPostgres() serves version 17 on a free port and leaves nothing behind", async () => {
  let clusterDir = "", port = 0;
  {
    await using server = await startPostgres({ fsync: false });
    ({ clusterDir, port } = server);

    assertEquals(await query(server, "select current_setting('server_version_num')::int / 10000"), 17);
    assertEquals(await query(server, "select current_user::text"), "supabase_admin");
  }

  assertEquals(await isExisting(clusterDir), false);
  assertEquals(isPortFree(port), true);
});

Deno.test("startPostgres() keeps committed rows over a crash and a restart on the same port", async () => {
  await using server = await startPostgres({ settings: { synchronous_commit: "on" } });
  await query(server, "create table kept as select 1 as value");

  await server.stop("immediate");
  await server.start();

  assertEquals(await query(server, "select value from kept"), 1);
});

Deno.test("startPostgres() names the process that uses the data folder", async () => {
  await using server = await startPostgres({ fsync: false });

  await assertRejects(
    () => startPostgres({ clusterDir: server.clusterDir }),
    Error,
    `in use by process ${Deno.pid}`,
  );
});

Deno.test("startPostgres() stops the orphan of a killed owner and takes over its data", async () => {
  const folder = await createTraversableFolder({ account: findServerAccount() });
  const clusterDir = `${folder}/postgres`;
  const orphan = await startPostgres({ clusterDir, fsync: false, password: "secret" });
  await query(orphan, "create table kept as select 2 as value");
  await Deno.writeTextFile(`${clusterDir}.owner.json`, JSON.stringify({ pid: 1, identity: "1@another" }));

  await using server = await startPostgres({ clusterDir, fsync: false, password: "secret" });
  const value = await query(server, "select value from kept");

  assertEquals(value, 2);
  await server.stop();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a new temporary folder clears away those of killed owners, servers included", async () => {
  const folder = await createTraversableFolder({ account: findServerAccount() });
  const clusterDir = `${folder}/postgres`;
  const orphan = await startPostgres({ clusterDir, fsync: false });
  await Deno.writeTextFile(`${clusterDir}.owner.json`, JSON.stringify({ pid: 1, identity: "1@another" }));

  await using _other = await startPostgres({ fsync: false });

  assertEquals(await isExisting(folder), false);
  assertEquals(isPortFree(orphan.port), true);
});

Deno.test("startPostgres() says why the server does not start", async () => {
  await assertRejects(
    () => startPostgres({ settings: { shared_buffers: "a lot" } }),
    Error,
    'invalid value for parameter "shared_buffers"',
  );
});
