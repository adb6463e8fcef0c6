/** The end of a session in the memory database, and the summary job it leaves (K5, K17). */
import type { EndReason } from "../../protocol/mod.ts";
import type { MemoryDatabase, MemorySession } from "./memory-database.ts";
import { kickJob } from "./summary-jobs.ts";
import { addSystemEvent } from "./system-event.ts";
import { activeTurns } from "./turns.ts";

export interface Ending {
  reason: EndReason;
  endTime: string;
  durationSeconds: number;
}

export function endingOf({ endReason, endTime, durationSeconds }: MemorySession): Ending {
  return {
    reason: endReason ?? "closed",
    endTime: new Date(endTime ?? 0).toISOString(),
    durationSeconds: durationSeconds ?? 0,
  };
}

/** `null` when it may not end yet. */
export function endSession(
  database: MemoryDatabase,
  session: MemorySession,
  { reason, onlyIfUnattached }: { reason: EndReason; onlyIfUnattached: boolean },
): Ending | null {
  const now = database.clock.now();
  if (onlyIfUnattached && (session.attachments.size > 0 || activeTurns(session).length > 0)) return null;
  session.lease.endRequested = null;
  if (session.status === "ended") return endingOf(session);

  session.status = "ended";
  // Reopened with nothing said: the last ending stands, and is the user's when they end it now.
  if (session.endTime === null || session.lease.lastSeq > session.endSeq) {
    // Nobody was there during the grace: the session ended when it was last in use.
    session.endTime = reason === "abandoned" ? Math.max(session.startTime, session.lease.idleSince) : now;
    session.durationSeconds = Math.round((session.endTime - session.startTime) / 1000);
    session.endReason = reason;
    session.endSeq = session.lease.lastSeq;
    if (session.events.some(({ eventType }) => eventType === "user_message")) addJob(database, session);
  } else if (reason === "ended_by_user") {
    session.endReason = reason;
  }
  addSystemEvent(database, session, { kind: "ended", content: "Session ended", facts: { reason } });
  return endingOf(session);
}

function addJob(database: MemoryDatabase, session: MemorySession): void {
  const now = database.clock.now();
  session.endingNumber++;
  session.summaryStatus = "pending";
  for (const job of session.jobs) {
    if (job.status !== "pending") continue;
    job.status = "failed";
    job.lastError = "Superseded by a later ending";
  }
  const job = {
    endingNumber: session.endingNumber,
    endSeq: session.endSeq,
    status: "pending" as const,
    attempts: 0,
    nextAttemptAt: now,
    notBefore: now,
    claimToken: null,
    claimedUntil: 0,
    lastError: null,
    summary: null,
  };
  session.jobs.push(job);
  kickJob(database, session, job);
}
