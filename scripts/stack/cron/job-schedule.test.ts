/** When jobs run, without a clock. */

import { assertEquals } from "@std/assert";
import type { CronJob } from "./cron-job.ts";
import { JobSchedule } from "./job-schedule.ts";
import { nextRun } from "./next-run.ts";

const START = new Date("2026-11-21T10:00:30Z");

function job(schedule: string, jobid = "1"): CronJob {
  return { jobid, jobname: null, schedule, command: "select 1", database: "postgres", username: "postgres" };
}

function after(seconds: number): Date {
  return new Date(START.getTime() + seconds * 1000);
}

Deno.test("nextRun() reads both notations of pg_cron, in UTC", () => {
  const cases: [string, string | undefined][] = [
    ["5 seconds", "2026-11-21T10:00:35.000Z"],
    ["1 second", "2026-11-21T10:00:31.000Z"],
    ["* * * * *", "2026-11-21T10:01:00.000Z"],
    ["*/10 * * * *", "2026-11-21T10:10:00.000Z"],
    ["0 3 * * 1", "2026-11-23T03:00:00.000Z"],
    ["0 0 1 * 0", "2026-11-22T00:00:00.000Z"], // day of month or day of week
    ["0 0 $ * *", "2026-11-30T00:00:00.000Z"],
    ["@hourly", "2026-11-21T11:00:00.000Z"],
    ["0 0 30 2 *", undefined],
    ["@reboot", undefined],
  ];
  for (const [schedule, expected] of cases) {
    assertEquals([schedule, nextRun(schedule, START)?.toISOString()], [schedule, expected]);
  }
});

Deno.test("a job is due when its time has come, once", () => {
  const schedule = new JobSchedule();
  schedule.load([job("5 seconds")], START);

  assertEquals(schedule.msUntilDue(START), 5_000);
  assertEquals(schedule.takeDue(after(4)).length, 0);
  assertEquals(schedule.takeDue(after(5)).length, 1);
  assertEquals(schedule.takeDue(after(5)).length, 0);
});

Deno.test("a job never overlaps itself: what came due meanwhile runs once, right after", () => {
  const schedule = new JobSchedule();
  const slow = job("5 seconds");
  schedule.load([slow], START);
  schedule.takeDue(after(5));

  assertEquals(schedule.takeDue(after(30)).length, 0);
  assertEquals(schedule.msUntilDue(after(30)), undefined);
  schedule.finish(slow);
  assertEquals(schedule.msUntilDue(after(30)), 0);
  assertEquals(schedule.takeDue(after(30)).length, 1);
  schedule.finish(slow);
  assertEquals(schedule.msUntilDue(after(30)), 5_000);
});

Deno.test("reloading keeps the rhythm of unchanged jobs, resets changed ones and forgets removed ones", () => {
  const schedule = new JobSchedule();
  schedule.load([job("10 seconds", "1"), job("10 seconds", "2"), job("10 seconds", "3")], START);

  schedule.load([job("10 seconds", "1"), job("20 seconds", "2")], after(5));

  assertEquals(schedule.takeDue(after(10)).map(({ jobid }) => jobid), ["1"]);
  assertEquals(schedule.takeDue(after(25)).map(({ jobid }) => jobid), ["2"]);
});

Deno.test("@reboot jobs are due at the first load only", () => {
  const schedule = new JobSchedule();
  schedule.load([job("@reboot", "1")], START);
  assertEquals(schedule.takeDue(START).length, 1);

  schedule.load([job("@reboot", "1"), job("@reboot", "2")], after(1));

  assertEquals(schedule.takeDue(after(1)).length, 0);
});
