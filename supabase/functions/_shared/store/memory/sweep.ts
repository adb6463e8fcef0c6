/** The sweep of the memory database: call it where pg_cron would (K5, K9, R7, R8). */
import { requestEnd } from "./attachments.ts";
import { beginEpoch, freeLease, isLeaseLive } from "./lease.ts";
import type { MemoryDatabase, MemorySession } from "./memory-database.ts";
import { kickJob, retryOrFail } from "./summary-jobs.ts";
import { addSystemEvent } from "./system-event.ts";
import { activeTurns, isCovered, stopTurn } from "./turns.ts";

export function sweepMemoryDatabase(database: MemoryDatabase): void {
  for (const session of database.sessions.values()) {
    expireAttachments(database, session);
    wakeIfLost(database, session);
    interruptOrphans(database, session);
    endIfAbandoned(database, session);
    retrySummaries(database, session);
    trimBuffer(database, session);
  }
}

function expireAttachments(database: MemoryDatabase, session: MemorySession): void {
  const now = database.clock.now();
  if (now < database.serverStartedAt + database.settings.attachmentMs) return;
  for (const [connectionId, { expiresAt }] of session.attachments) {
    if (expiresAt > now) continue;
    session.attachments.delete(connectionId);
    session.lease.idleSince = Math.max(session.lease.idleSince, expiresAt);
    const facts = { connectionId, closeCode: 1006 };
    const content = "Connection lost with its worker";
    addSystemEvent(database, session, { kind: "disconnected", content, facts });
  }
}

function lacksWorker(database: MemoryDatabase, session: MemorySession): boolean {
  const now = database.clock.now();
  const hasWorker = [...session.attachments.values()].some(({ expiresAt }) => expiresAt > now);
  return !isLeaseLive(database, session) && !hasWorker;
}

function isWakeDue({ clock, settings }: MemoryDatabase, { lease }: MemorySession): boolean {
  if (lease.wakeCount === 0) return true;
  const backoff = settings.wakeAfterMs * 2 ** (lease.wakeCount - 1);
  return clock.now() >= lease.wokenAt + Math.min(backoff, settings.wakeBackoffMaxMs);
}

function wakeIfLost(database: MemoryDatabase, session: MemorySession): void {
  const { lease } = session;
  const now = database.clock.now();
  const { wakeAfterMs, wakeAttempts } = database.settings;
  const isWaitedFor = session.commands.some(({ isSettled, submittedAt }) =>
    !isSettled && submittedAt + wakeAfterMs <= now
  );
  if (activeTurns(session).length === 0 && !isWaitedFor) return;
  if (!lacksWorker(database, session) || !isWakeDue(database, session)) return;
  if (lease.wakeCount >= wakeAttempts) return;
  lease.wakeCount++;
  lease.wokenAt = now;
  database.wake(session.sessionId);
}

/** Ends what no worker gets done: turns that nobody came back for, and in the end commands too. */
function interruptOrphans(database: MemoryDatabase, session: MemorySession): void {
  const { lease } = session;
  const { orphanMs, orphanWakes, wakeAttempts } = database.settings;
  const orphans = activeTurns(session).toSorted((left, right) => left.userSeq - right.userSeq);
  const waiting = session.commands.filter(({ isSettled }) => !isSettled);
  if (orphans.length + waiting.length === 0 || !lacksWorker(database, session)) return;
  const isGivenUp = lease.wakeCount >= wakeAttempts && isWakeDue(database, session);
  const isOrphaned = lease.wakeCount >= orphanWakes && lease.expiresAt + orphanMs <= database.clock.now();
  if (!isGivenUp && !(isOrphaned && orphans.length > 0)) return;
  const { wakeCount, wokenAt } = lease;
  beginEpoch(database, session, null);
  for (const { turnId } of orphans) stopTurn(database, session, { turnId, status: "interrupted" });
  if (wakeCount >= wakeAttempts) {
    for (const command of waiting) {
      if (command.submittedAt > wokenAt) continue;
      command.isSettled = true;
      command.refusal = "internal";
    }
    lease.wakeCount = 0;
  }
  freeLease(database, session);
}

function endIfAbandoned(database: MemoryDatabase, session: MemorySession): void {
  const { idleSince, endRequested } = session.lease;
  const isOver = idleSince + database.settings.graceMs <= database.clock.now() || endRequested !== null;
  if (session.status !== "active" || !isOver) return;
  // An expired one counts until it is detached: only then is it known when grace starts.
  if (session.attachments.size > 0 || activeTurns(session).length > 0) return;
  requestEnd(database, session, "abandoned");
}

function retrySummaries(database: MemoryDatabase, session: MemorySession): void {
  const now = database.clock.now();
  for (const job of session.jobs) {
    if (job.nextAttemptAt > now) continue;
    if (job.status === "running" && job.claimedUntil <= now) {
      retryOrFail(database, session, { job, reason: "The summarizer did not finish" });
    } else if (job.status === "pending" && job.attempts >= database.settings.summaryAttempts) {
      const reason = job.lastError ?? "The summarize function did not answer";
      retryOrFail(database, session, { job, reason });
    } else if (job.status === "pending") {
      kickJob(database, session, job);
    }
  }
}

function trimBuffer(database: MemoryDatabase, session: MemorySession): void {
  for (const turn of session.turns.values()) {
    const { finishedAt, isTrimmed, turnId } = turn;
    if (isTrimmed || finishedAt === null) continue;
    if (finishedAt + database.settings.bufferKeepMs > database.clock.now()) continue;
    session.buffer = session.buffer.filter((row) => row.turnId !== turnId || !isCovered(session, row));
    turn.isTrimmed = true;
  }
}
