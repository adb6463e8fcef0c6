/** The database before the first join, and through restarts. */
import { assertEquals } from "@std/assert";
import postgres from "postgres";
import type { Stack } from "../../../scripts/stack/stack.ts";
import { join, knock } from "./testing/join-topic.ts";
import { createSuite } from "./testing/suite.ts";

const suite = createSuite();

/** As if nobody had ever joined: no partition is there. */
async function forgetJoins({ realtime, adminDbUrl }: Stack): Promise<void> {
  await realtime?.restart();
  const sql = postgres(adminDbUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  const partitions = await sql`
    select inhrelid::regclass::text as name from pg_inherits
    where inhparent = 'realtime.messages'::regclass`;
  for (const { name } of partitions) await sql.unsafe(`drop table ${name}`);
  await sql.end();
}

suite.testEmbedded("what is sent before the first join of the project is lost", async (world) => {
  const { access: { sql }, topic } = world;
  const send = (event: string) => sql`select realtime.send('{}', ${event}, ${topic}, false)`;
  await forgetJoins(world.stack);

  await send("lost");
  const { received } = await join(world.open(), topic, { broadcast: { replication_ready: true } });
  await send("heard");

  assertEquals((await received.next()).event, "heard");
  const stored = await sql`select event from realtime.messages where topic = ${topic}`;
  assertEquals(stored.map(({ event }) => event), ["heard"]);
});

suite.testEmbedded("broadcasts of the database come again after it has restarted", async (world) => {
  const { stack, topic } = world;
  const { received, statuses } = await join(world.open(), topic);

  await stack.restartPostgres();
  const probe = await join(world.open(), `${topic}:probe`, { broadcast: { replication_ready: true } });
  await probe.system.until(({ message }) => message === "Replication connection established");
  await world.access.sql`select realtime.send('{}', 'back', ${topic}, false)`;

  assertEquals((await received.next()).event, "back");
  statuses.push({ status: "end", reason: "" });
  assertEquals((await statuses.next()).status, "end");
});

suite.testEmbedded("a client that joins while the database is away is in once it is back", async (world) => {
  const { stack, topic } = world;
  await join(world.open(), `${topic}:first`);

  await stack.killPostgres();
  const { statuses, channel } = await knock(world.open(), topic);
  await stack.restartPostgres();

  await statuses.until(({ status }) => status === "SUBSCRIBED");
  assertEquals(channel.state, "joined");
});

suite.close();
