/** What startCronWorker() promises, on a real Postgres. */

import { assertEquals, assertMatch } from "@std/assert";
import { openTestingDatabase, type TestingDatabase } from "../extensions/testing/open-testing-database.ts";
import { waitUntil } from "../functions/testing/wait-until.ts";
import { startCronWorker } from "./start-cron-worker.ts";

async function startWorker(database: TestingDatabase) {
  const log: string[] = [];
  const { stop } = await startCronWorker({ dbUrl: database.server.url(), log: (line) => log.push(line) });
  return { log, stop, [Symbol.asyncDispose]: stop };
}

Deno.test("the cron worker runs jobs as their user and records each run", async () => {
  await using database = await openTestingDatabase();
  await using _worker = await startWorker(database);
  await database.createExtensions();
  const sql = database.as("postgres");
  await sql`create table public.seen (who text)`;

  await sql`select cron.schedule('note', '1 second', 'insert into public.seen select session_user')`;
  await sql`select cron.schedule('fail', '1 second', 'select 1 / 0')`;
  await sql`select cron.schedule('escape', '1 second', 'alter system set work_mem = 100')`;
  const runs = await waitUntil("each has run", async () => {
    const rows = await sql`
      select distinct on (jobname) jobname, status, return_message, d.username, d.end_time is not null as ended
      from cron.job_run_details d join cron.job using (jobid)
      where status in ('succeeded', 'failed') order by jobname`;
    return rows.length === 3 && rows;
  });
  await sql`select cron.unschedule(jobid) from cron.job`;

  assertEquals((await sql`select distinct who from public.seen`).map((row) => row.who), ["postgres"]);
  assertEquals(runs.map((run) => [run.jobname, run.status, run.username, run.ended]), [
    ["escape", "failed", "postgres", true],
    ["fail", "failed", "postgres", true],
    ["note", "succeeded", "postgres", true],
  ]);
  assertMatch(runs[0]!.return_message, /permission denied/);
  assertMatch(runs[1]!.return_message, /^ERROR: {2}division by zero/);
  assertEquals(runs[2]!.return_message, "INSERT 1");
});

Deno.test("the cron worker goes on after a restart, and marks what was interrupted", async () => {
  await using database = await openTestingDatabase();
  await database.createExtensions();
  await using _worker = await startWorker(database);
  const sql = database.as("postgres");
  await sql`select cron.schedule('long', '1 second', 'select pg_sleep(60)')`;
  await waitUntil(
    "it runs",
    async () => (await sql`select from cron.job_run_details where status = 'running'`).length,
  );

  await database.server.stop("fast");
  await database.server.start();

  const message = await waitUntil("the run is marked", async () => {
    const rows = await sql`select return_message from cron.job_run_details where status = 'failed'`.catch(
      () => [],
    );
    return rows[0]?.return_message;
  });
  assertMatch(message, /server restarted|terminating connection|CONNECTION/);
  await waitUntil("it runs again", async () => {
    return (await sql`select from cron.job_run_details where status = 'running'`).length;
  });
});
