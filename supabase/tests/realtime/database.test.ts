/** Broadcasts that the database sends. */
import { assertEquals } from "@std/assert";
import { join } from "./testing/join-topic.ts";
import { createSuite, type World } from "./testing/suite.ts";

const suite = createSuite();
const PRIVATE = { private: true };
const READY = { private: true, broadcast: { replication_ready: true } };

/** A channel to which the database's broadcasts are known to come. */
async function joinReady(world: World) {
  const { userId, client } = await world.openUser();
  await world.access.allow({ topic: world.topic, userId, action: "receive" });
  const joined = await join(client, world.topic, READY);
  await joined.system.until(({ message }) => message === "Replication connection established");
  return joined;
}

suite.test("`replication_ready` tells when the database's broadcasts come", async (world) => {
  const { userId, client } = await world.openUser();
  await world.access.allow({ topic: world.topic, userId, action: "receive" });

  const { system } = await join(client, world.topic, READY);

  const { extension, status, message } = await system.next();
  assertEquals([extension, status, message], ["system", "ok", "Replication connection established"]);
});

suite.test("realtime.send() reaches who has joined, with the id of the row", async (world) => {
  const { received } = await joinReady(world);
  const { sql } = world.access;

  await sql`select realtime.send('{"text": "hello"}', 'news', ${world.topic}, true)`;

  const { event, payload, meta } = await received.next();
  assertEquals([event, payload], ["news", { text: "hello", id: meta?.id }]);
});

suite.test("a payload with an id keeps it", async (world) => {
  const { received } = await joinReady(world);

  await world.access.sql`select realtime.send('{"id": 7}', 'news', ${world.topic}, true)`;

  assertEquals((await received.next()).payload, { id: 7 });
});

suite.test("the order is that of the commits, and what is rolled back is never sent", async (world) => {
  const { received } = await joinReady(world);
  const { sql } = world.access;
  const send = (event: string, by = sql) => by`select realtime.send('{}', ${event}, ${world.topic}, true)`;

  const early = await sql.reserve();
  await early`begin`;
  await send("written-first", early);
  await send("committed-first");
  await early`commit`;
  await early`begin`;
  await send("rolled-back", early);
  await early`rollback`;
  early.release();
  await send("last");

  const events = await received.before(({ event }) => event === "last");
  assertEquals(events.map(({ event }) => event), ["committed-first", "written-first"]);
});

suite.test("a payload longer than a notification arrives whole", async (world) => {
  const { received } = await joinReady(world);
  const text = "parrot ".repeat(20_000);

  await world.access
    .sql`select realtime.send(jsonb_build_object('text', ${text}::text), 'long', ${world.topic})`;

  assertEquals(((await received.next()).payload as { text: string }).text, text);
});

suite.test("realtime.broadcast_changes() tells old and new of a row", async (world) => {
  const { received } = await joinReady(world);
  const { sql, allow } = world.access;
  const userId = crypto.randomUUID();
  await sql.unsafe(`
    create or replace function conformance.announce() returns trigger
    language plpgsql security definer set search_path = '' as $$
    begin
      perform realtime.broadcast_changes(
        new.topic, tg_op, tg_op, tg_table_name, tg_table_schema, new, old
      );
      return null;
    end
    $$;
    create or replace trigger announce after insert on conformance.allowances
      for each row execute function conformance.announce();`);

  await allow({ topic: world.topic, userId, extension: "broadcast", action: "send" });
  await sql`drop trigger announce on conformance.allowances`;

  const { event, payload, meta } = await received.next();
  assertEquals([event, payload], ["INSERT", {
    id: meta?.id,
    operation: "INSERT",
    schema: "conformance",
    table: "allowances",
    record: { topic: world.topic, user_id: userId, extension: "broadcast", action: "send" },
    old_record: null,
  }]);
});

suite.test("a public broadcast of the database reaches public channels only", async (world) => {
  const members = await joinReady(world);
  const { received } = await join(world.open(), world.topic);
  const { sql } = world.access;

  await sql`select realtime.send('{"for": "all"}', 'public', ${world.topic}, false)`;
  await sql`select realtime.send('{"for": "members"}', 'private', ${world.topic}, true)`;

  assertEquals((await received.next()).event, "public");
  assertEquals((await members.received.next()).event, "private");
});

suite.testOf("2.0.0", "realtime.send_binary() sends bytes", async (world) => {
  const { received } = await joinReady(world);

  await world.access.sql`select realtime.send_binary('\\x00ff07'::bytea, 'bytes', ${world.topic}, true)`;

  assertEquals(new Uint8Array((await received.next()).payload as ArrayBuffer), Uint8Array.of(0, 255, 7));
});

suite.test("a private channel may ask for what the database sent before", async (world) => {
  await joinReady(world);
  const { sql } = world.access;
  const { userId, client } = await world.openUser();
  await world.access.allow({ topic: world.topic, userId, action: "receive" });
  const since = Date.now() - 60_000;
  for (const n of [1, 2, 3]) {
    await sql`select realtime.send(jsonb_build_object('n', ${n}::int), 'past', ${world.topic})`;
  }

  const { received } = await join(client, world.topic, {
    ...PRIVATE,
    broadcast: { replay: { since, limit: 2 } },
  });

  const replayed = [await received.next(), await received.next()];
  assertEquals(replayed.map(({ payload }) => (payload as { n: number }).n), [2, 3]);
  assertEquals(replayed.map(({ meta }) => meta?.replayed), [true, true]);
});

suite.close();
