/** When a job runs next, in the two notations that pg_cron reads. */

import { Cron } from "croner";

const INTERVAL = /^\s*(\d+)\s+seconds?\s*$/i;

/** Times are UTC, as on the platform. Undefined for `@reboot` and for what nobody can run, such as 30 February. */
export function nextRun(schedule: string, after: Date): Date | undefined {
  const seconds = INTERVAL.exec(schedule)?.[1];
  if (seconds !== undefined) return new Date(after.getTime() + Number(seconds) * 1000);
  if (isAtStart(schedule)) return undefined;
  try {
    return new Cron(toCroner(schedule), { timezone: "UTC" }).nextRun(after) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whether the job runs when the worker starts. */
export function isAtStart(schedule: string): boolean {
  return schedule.trim().toLowerCase() === "@reboot";
}

/** pg_cron writes `$` for the last day of the month. */
function toCroner(schedule: string): string {
  return schedule.trim().replaceAll("$", "L");
}
