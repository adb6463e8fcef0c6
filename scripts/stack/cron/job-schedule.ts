/** Decides which jobs are due: what pg_cron's launcher keeps in memory, without time or database of its own. */

import type { CronJob } from "./cron-job.ts";
import { isAtStart, nextRun } from "./next-run.ts";

interface JobState {
  job: CronJob;
  dueAt: Date | undefined;
  isRunning: boolean;
}

export class JobSchedule {
  #states = new Map<string, JobState>();
  #isFirstLoad = true;

  /** Takes the jobs as they are now; what did not change keeps its rhythm, what runs is not started again. */
  load(jobs: readonly CronJob[], now: Date): void {
    const states = new Map<string, JobState>();
    for (const job of jobs) {
      const known = this.#states.get(job.jobid);
      const keepsRhythm = known?.job.schedule === job.schedule;
      states.set(job.jobid, {
        job,
        isRunning: known?.isRunning ?? false,
        dueAt: keepsRhythm
          ? known.dueAt
          : this.#isFirstLoad && isAtStart(job.schedule)
          ? now
          : nextRun(job.schedule, now),
      });
    }
    this.#states = states;
    this.#isFirstLoad = false;
  }

  /** The jobs to start now. A job that still runs stays due: it starts again, once, as soon as it has finished. */
  takeDue(now: Date): CronJob[] {
    const due = [...this.#states.values()].filter((state) => isDue(state, now));
    for (const state of due) {
      state.isRunning = true;
      state.dueAt = nextRun(state.job.schedule, now);
    }
    return due.map((state) => state.job);
  }

  finish(job: CronJob): void {
    const state = this.#states.get(job.jobid);
    if (state) state.isRunning = false;
  }

  /** How long nothing will be due, or undefined when nothing ever will be without a change. */
  msUntilDue(now: Date): number | undefined {
    const waiting = [...this.#states.values()].filter((state) => !state.isRunning && state.dueAt);
    if (waiting.length === 0) return undefined;
    return Math.max(0, Math.min(...waiting.map((state) => state.dueAt!.getTime() - now.getTime())));
  }
}

function isDue(state: JobState, now: Date): boolean {
  return !state.isRunning && state.dueAt !== undefined && state.dueAt <= now;
}
