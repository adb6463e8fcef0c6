/** Summary jobs of the memory database (R8, K17). */
import type { SummaryStatus } from "../../protocol/mod.ts";
import type { SummaryJob } from "../summary-store.ts";
import { type MemoryDatabase, type MemoryJob, type MemorySession, messageOf } from "./memory-database.ts";
import { addSystemEvent } from "./system-event.ts";

function backoff({ settings }: MemoryDatabase, attempts: number): number {
  return Math.min(settings.summaryBackoffMs * 2 ** Math.max(attempts - 1, 0), settings.summaryBackoffMaxMs);
}

/** Asks the summarize function; the answer may be lost or come twice. */
export function kickJob(database: MemoryDatabase, session: MemorySession, job: MemoryJob): void {
  job.attempts++;
  job.nextAttemptAt = database.clock.now() + backoff(database, job.attempts);
  database.kicks.push(session.sessionId);
}

/** Changes a session only while the job's ending is the current one. */
function setStatus(session: MemorySession, job: MemoryJob, status: SummaryStatus): boolean {
  if (session.endingNumber !== job.endingNumber) return false;
  session.summaryStatus = status;
  if (status === "done") session.summary = job.summary;
  return true;
}

export function claimJob(database: MemoryDatabase, sessionId: string): SummaryJob | null {
  const session = database.sessions.get(sessionId);
  const now = database.clock.now();
  const job = session?.jobs.findLast((candidate) =>
    (candidate.status === "pending" && candidate.notBefore <= now) ||
    (candidate.status === "running" && candidate.claimedUntil <= now)
  );
  if (!session || !job) return null;
  job.status = "running";
  job.claimToken = crypto.randomUUID();
  job.claimedUntil = now + database.settings.summaryClaimMs;
  setStatus(session, job, "running");

  const latest = new Map(
    session.events
      .filter((event) => event.seq !== null && (event.seqTo ?? event.seq) <= job.endSeq && messageOf(event))
      .toSorted((left, right) => (left.seq ?? 0) - (right.seq ?? 0))
      .map((event) => [messageOf(event)!.id, event]),
  );
  const messages = [...latest.values()]
    .toSorted((left, right) => (left.seq ?? 0) - (right.seq ?? 0))
    .map((event) => messageOf(event)!);
  const { endingNumber, claimToken, attempts } = job;
  return structuredClone({ sessionId, endingNumber, claimToken, attempt: attempts, messages });
}

function findClaim(database: MemoryDatabase, claim: SummaryJob) {
  const session = database.sessions.get(claim.sessionId);
  const job = session?.jobs.find(({ endingNumber, status, claimToken }) =>
    endingNumber === claim.endingNumber && status === "running" && claimToken === claim.claimToken
  );
  return session && job ? { session, job } : null;
}

export function finishJob(database: MemoryDatabase, claim: SummaryJob, summary: string): { stored: boolean } {
  const found = findClaim(database, claim);
  if (!found) return { stored: false };
  const { session, job } = found;
  job.status = "done";
  job.summary = summary;
  job.lastError = null;
  const stored = setStatus(session, job, "done");
  if (stored) {
    const facts = { endingNumber: job.endingNumber };
    addSystemEvent(database, session, { kind: "summarised", content: "Summary written", facts });
  }
  return { stored };
}

export function failJob(database: MemoryDatabase, claim: SummaryJob, reason: string): void {
  const found = findClaim(database, claim);
  if (found) retryOrFail(database, found.session, { job: found.job, reason });
}

export function retryOrFail(
  database: MemoryDatabase,
  session: MemorySession,
  { job, reason }: { job: MemoryJob; reason: string },
): void {
  const isLast = job.attempts >= database.settings.summaryAttempts;
  job.status = isLast ? "failed" : "pending";
  job.claimToken = null;
  job.notBefore = job.nextAttemptAt = database.clock.now() + backoff(database, job.attempts);
  job.lastError = reason.slice(0, 500);
  setStatus(session, job, job.status);
  if (!isLast) return;
  const facts = { endingNumber: job.endingNumber };
  const content = "The summary could not be written";
  addSystemEvent(database, session, { kind: "summary_failed", content, facts });
}
