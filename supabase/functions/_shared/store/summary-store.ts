/** The port the summarizer needs: claim a job once, read what was said, store the outcome. */
import type { Message } from "../protocol/mod.ts";

export interface SummaryJob {
  sessionId: string;
  /** Which ending of the session this summary is for (K17). */
  endingNumber: number;
  /** Proves at the end that the job is still ours. */
  claimToken: string;
  attempt: number;
  messages: Message[];
}

export interface SummaryStore {
  /** `null` when there is nothing to do: no due job, or somebody else is on it. */
  claimSummaryJob(sessionId: string): Promise<SummaryJob | null>;
  /** Stores the summary unless the claim was lost; `stored` is false then, or when a later ending is current. */
  finishSummaryJob(job: SummaryJob, summary: string): Promise<{ stored: boolean }>;
  /** Records the failure; the sweep tries again with backoff until the attempts are used up. */
  failSummaryJob(job: SummaryJob, reason: string): Promise<void>;
}
