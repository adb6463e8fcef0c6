/** Runs what `cron.schedule()` schedules. */

import type { Sql } from "postgres";
import {
  type DatabaseSession,
  type DatabaseWorker,
  startDatabaseWorker,
} from "../extensions/database-worker.ts";
import { type Clock, systemClock } from "../functions/clock.ts";
import { type CronJob, readActiveJobs, runJob } from "./cron-job.ts";
import { JobSchedule } from "./job-schedule.ts";

export type { CronJob } from "./cron-job.ts";

export interface CronWorkerOptions {
  /** Of the superuser. */
  dbUrl: string;
  log: (line: string) => void;
  clock?: Clock;
  /** For chaos tests. */
  faults?: {
    /** True: this run does not happen, as while the database was down. */
    skipRun?: (job: CronJob) => boolean;
  };
}

const LOCK_ID = 2;
/** Waking up in vain does no harm. */
const LONGEST_WAIT_MS = 3_600_000;
const RUNS_BETWEEN_TRIMS = 100;
const RUNS_KEPT = 10_000;

/** Also works before `create extension pg_cron`, and goes on after a restart of Postgres. */
export function startCronWorker(options: CronWorkerOptions): Promise<DatabaseWorker> {
  const { dbUrl, log, clock = systemClock, faults = {} } = options;
  let runs = 0;

  async function run(job: CronJob, { sql, signal }: DatabaseSession): Promise<void> {
    if (faults.skipRun?.(job)) return;
    try {
      await runJob(job, { sql, dbUrl, signal });
      if (runs++ % RUNS_BETWEEN_TRIMS === 0) await trimRunDetails(sql);
    } catch (error) {
      // An interrupted run is recorded as such by the next session.
      if (!signal.aborted) log(`pg_cron: job ${job.jobid} was not recorded: ${error}`);
    }
  }

  return startDatabaseWorker({
    name: "pg_cron",
    dbUrl,
    log,
    clock,
    channel: "pg_cron_jobs",
    lockId: LOCK_ID,
    async work(session) {
      const { sql, wake, signal } = session;
      const schedule = new JobSchedule();
      const running = new Set<Promise<void>>();
      let cancelTimer = () => {};

      function start(job: CronJob): void {
        const done = run(job, session).finally(() => {
          running.delete(done);
          schedule.finish(job);
          wake.set();
        });
        running.add(done);
      }

      await failInterruptedRuns(sql);
      for (;;) {
        await wake.wait();
        cancelTimer();
        if (signal.aborted) break;
        schedule.load(await readActiveJobs(sql), clock.date());
        schedule.takeDue(clock.date()).forEach(start);
        const waitMs = Math.min(schedule.msUntilDue(clock.date()) ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS);
        cancelTimer = clock.setTimer(wake.set, waitMs);
      }
      await Promise.all(running);
    },
  });
}

async function failInterruptedRuns(sql: Sql): Promise<void> {
  if (!await hasRunDetails(sql)) return;
  await sql`
    update cron.job_run_details set status = 'failed', return_message = 'server restarted'
    where status in ('starting', 'running')`;
}

async function trimRunDetails(sql: Sql): Promise<void> {
  await sql`
    delete from cron.job_run_details
    where runid <= (select max(runid) from cron.job_run_details) - ${RUNS_KEPT}::bigint`;
}

async function hasRunDetails(sql: Sql): Promise<boolean> {
  const [row] = await sql`select to_regclass('cron.job_run_details') is not null as exists`;
  return row?.exists ?? false;
}
