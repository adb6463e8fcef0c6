/** The extensions as `postgres`, no superuser, creates and uses them; and who may not. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openTestingDatabase } from "./testing/open-testing-database.ts";

Deno.test("the extensions are created and used by the role postgres", async (test) => {
  await using database = await openTestingDatabase();
  await database.createExtensions();
  const sql = database.as("postgres");

  await test.step("http_post() queues what it was given, and encodes parameters", async () => {
    await sql`select net.http_post('http://here/x?a=1', '{"b":2}', '{"q":"ä &"}', '{"X-Mine":"1"}')`;
    const [row] = await sql`
      select method, url, headers, convert_from(body, 'UTF8') as body, timeout_milliseconds
      from net.http_request_queue`;
    assertEquals({ ...row }, {
      method: "POST",
      url: "http://here/x?a=1&q=%C3%A4%20%26",
      headers: { "X-Mine": "1", "Content-Type": "application/json" },
      body: '{"b": 2}',
      timeout_milliseconds: 5000,
    });
  });

  await test.step("http_post() refuses another content type and a missing url", async () => {
    await assertRejects(
      () => sql`select net.http_post('http://here', headers => '{"content-type":"text/plain"}')`.execute(),
      Error,
      'Content-Type header must be "application/json"',
    );
    await assertRejects(() => sql`select net.http_post(null)`.execute(), Error, "null value");
  });

  await test.step("a rolled back request leaves no trace", async () => {
    await sql`delete from net.http_request_queue`;
    await sql.begin(async (transaction) => {
      await transaction`select net.http_get('http://here')`;
      throw new Error("back");
    }).catch(() => {});
    assertEquals((await sql`select from net.http_request_queue`).length, 0);
  });

  await test.step("the tables of pg_net are unlogged, those of the others are not", async () => {
    const rows = await sql`
      select oid::regclass::text as name, relpersistence as kind from pg_class
      where oid = any(array['net.http_request_queue', 'net._http_response', 'cron.job', 'vault.secrets']::regclass[])
      order by 1`.values();
    assertEquals(rows.map((row) => [...row]), [
      ["cron.job", "p"],
      ["net._http_response", "u"],
      ["net.http_request_queue", "u"],
      ["vault.secrets", "p"],
    ]);
  });

  await test.step("cron.schedule() creates, replaces by name, alters and removes jobs of the caller", async () => {
    const [first] = await sql`select cron.schedule('sweep', '5 seconds', 'select 1') as id`;
    const [second] = await sql`select cron.schedule('sweep', '*/10 * * * *', 'select 2') as id`;
    assertEquals(first!.id, second!.id);
    await sql`select cron.alter_job(${first!.id}, active => false)`;
    const [job] = await sql`select jobname, schedule, command, username, active from cron.job`;
    assertEquals({ ...job }, {
      jobname: "sweep",
      schedule: "*/10 * * * *",
      command: "select 2",
      username: "postgres",
      active: false,
    });
    await sql`select cron.unschedule('sweep')`;
    await assertRejects(
      () => sql`select cron.unschedule('sweep')`.execute(),
      Error,
      "could not find valid entry",
    );
    assertEquals((await sql`select from cron.job`).length, 0);
  });

  await test.step("cron.schedule() refuses schedules that pg_cron refuses", async () => {
    for (const schedule of ["60 seconds", "0 seconds", "5 minutes", "* * * *", "now", ""]) {
      await assertRejects(
        () => sql`select cron.schedule('bad', ${schedule}, 'select 1')`.execute(),
        Error,
        "invalid schedule",
      );
    }
  });

  await test.step("postgres cannot schedule jobs as the superuser", async () => {
    await assertRejects(
      () =>
        sql`select cron.schedule_in_database('x', '5 seconds', '', 'postgres', 'supabase_admin')`.execute(),
      Error,
      "permission denied",
    );
    await assertRejects(() => sql`insert into cron.job (schedule, command) values ('', '')`.execute());
  });

  await test.step("vault keeps, changes and shows secrets, not in the clear where they are stored", async () => {
    const [created] = await sql`select vault.create_secret('open sesame', 'word', 'a test') as id`;
    await sql`select vault.update_secret(${created!.id}, 'changed')`;
    const [secret] = await sql`select * from vault.decrypted_secrets where name = 'word'`;
    assertEquals([secret!.decrypted_secret, secret!.description], ["changed", "a test"]);
    assertEquals(secret!.secret === "changed", false);
    await assertRejects(
      () => sql`select vault.create_secret('again', 'word')`.execute(),
      Error,
      "duplicate key",
    );
  });

  await test.step("vault and cron are closed to anon and authenticated, and vault open to service_role", async () => {
    for (const role of ["anon", "authenticated"]) {
      for (const query of ["from vault.decrypted_secrets", "vault.create_secret('x')", "from cron.job"]) {
        const error = await assertRejects(() => database.as(role).unsafe(`select ${query}`).execute(), Error);
        assertMatch(error.message, /permission denied for schema (vault|cron)/);
      }
    }
    const rows = await database.as("service_role")`select decrypted_secret from vault.decrypted_secrets`;
    assertEquals(rows[0]!.decrypted_secret, "changed");
  });

  await test.step("anyone may queue a request, as on the platform", async () => {
    await database.as("authenticated")`select net.http_get('http://here')`;
  });
});
