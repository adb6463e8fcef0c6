/** The summary store on a memory database, with faults a test can inject. */
import type { MemoryDatabase } from "./memory/memory-database.ts";
import { type FaultOptions, runWithFault } from "./memory/run-with-fault.ts";
import { claimJob, failJob, finishJob } from "./memory/summary-jobs.ts";
import type { SummaryStore } from "./summary-store.ts";

export function createMemorySummaryStore(
  database: MemoryDatabase,
  options: FaultOptions<keyof SummaryStore> = {},
): SummaryStore {
  return {
    claimSummaryJob: (sessionId) =>
      runWithFault("claimSummaryJob", options, () => claimJob(database, sessionId)),

    finishSummaryJob: (job, summary) =>
      runWithFault("finishSummaryJob", options, () => finishJob(database, job, summary)),

    failSummaryJob: (job, reason) =>
      runWithFault("failSummaryJob", options, () => failJob(database, job, reason)),
  };
}
