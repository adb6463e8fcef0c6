/** A row of `cron.job`, and one run of it. */

import postgres, { type Sql } from "postgres";

export interface CronJob {
  readonly jobid: string;
  readonly jobname: string | null;
  readonly schedule: string;
  readonly command: string;
  readonly database: string;
  readonly username: string;
}

/** Jobs of all users; none before the extension is created. */
export async function readActiveJobs(sql: Sql): Promise<CronJob[]> {
  const [{ exists } = { exists: false }] = await sql<{ exists: boolean }[]>`
    select to_regclass('cron.job') is not null as exists`;
  if (!exists) return [];
  return await sql<CronJob[]>`
    select jobid, jobname, schedule, command, database, username from cron.job where active order by jobid`;
}

/** Runs a job on a connection of its own, as its user, and records how it went. Rejects only when it cannot record. */
export async function runJob(
  job: CronJob,
  options: { sql: Sql; dbUrl: string; signal: AbortSignal },
): Promise<void> {
  const { sql, dbUrl, signal } = options;
  const [run] = await sql<{ runid: string }[]>`
    insert into cron.job_run_details (jobid, database, username, command, status, start_time)
    values (${job.jobid}, ${job.database}, ${job.username}, ${job.command}, 'starting', clock_timestamp())
    returning runid`;
  const runid = run!.runid;
  const connection = postgres(dbUrl, {
    max: 1,
    fetch_types: false,
    database: job.database,
    onnotice: () => {},
    connection: { application_name: "pg_cron" },
  });
  const hangUp = () => void connection.end({ timeout: 0 }).catch(() => {});
  signal.addEventListener("abort", hangUp);
  let outcome: { status: "succeeded" | "failed"; message: string };
  try {
    const [{ pid } = { pid: null }] = await connection<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await sql`update cron.job_run_details set status = 'running', job_pid = ${pid} where runid = ${runid}`;
    await connection`set session authorization ${connection(job.username)}`;
    const result = await connection.unsafe(job.command).simple();
    outcome = { status: "succeeded", message: describeResult(result) };
  } catch (error) {
    outcome = { status: "failed", message: `ERROR:  ${error instanceof Error ? error.message : error}` };
  } finally {
    signal.removeEventListener("abort", hangUp);
    await connection.end({ timeout: 1 });
  }
  await sql`
    update cron.job_run_details
    set status = ${outcome.status}, return_message = ${outcome.message}, end_time = clock_timestamp()
    where runid = ${runid}`;
}

interface CommandResult {
  readonly command?: string;
  readonly count?: number | null;
}

/** Of several statements, the last one tells. */
function describeResult(result: unknown): string {
  const last: CommandResult = Array.isArray(result) && Array.isArray(result.at(-1)) ? result.at(-1) : result;
  const { command = "", count = 0 } = last;
  if (command === "SELECT") return count === 1 ? "1 row" : `${count ?? 0} rows`;
  return count === null ? command : `${command} ${count}`;
}
