/** Appending to the memory database: each batch judged by its session's lease, applied whole or not at all (K6). */
import type { AppendBatch, AppendOutcome, InboxCommand } from "../session-store.ts";
import { endingOf, endSession } from "./end-session.ts";
import { freeLease, keptSeq } from "./lease.ts";
import type { MemoryDatabase, MemorySession } from "./memory-database.ts";
import { watchedTopics } from "./watches.ts";
import { contradictsLog, writeBatch } from "./write-batch.ts";

export function appendBatches(
  database: MemoryDatabase,
  { workerId, batches }: { workerId: string; batches: AppendBatch[] },
): AppendOutcome[] {
  const seen = new Set<string>();
  const outcomes = batches.map((batch): AppendOutcome => {
    const isRepeated = seen.has(batch.sessionId);
    seen.add(batch.sessionId);
    if (isRepeated) return { sessionId: batch.sessionId, outcome: "busy" };
    return appendBatch(database, { workerId, batch });
  });
  renewAttachments(database, workerId);
  return outcomes;
}

function appendBatch(
  database: MemoryDatabase,
  { workerId, batch }: { workerId: string; batch: AppendBatch },
): AppendOutcome {
  const { sessionId } = batch;
  const session = database.sessions.get(sessionId);
  if (!session) return { sessionId, outcome: "fenced", epoch: 0, rewindTo: 0 };
  const { lease } = session;
  const isSameBatch = lease.lastBatchId === batch.batchId && lease.lastSeq === batch.lastSeq;
  if (lease.epoch === batch.epoch && isSameBatch) {
    if (lease.workerId === workerId) lease.expiresAt = database.clock.now() + database.settings.leaseMs;
    return okOutcome(database, session, { batch, ended: endedBefore(session, batch) });
  }
  if (lease.epoch !== batch.epoch || lease.workerId !== workerId) {
    const kept = keptSeq(session, batch.epoch);
    const rewindTo = kept === Infinity ? lease.lastSeq : kept;
    return { sessionId, outcome: "fenced", epoch: lease.epoch, rewindTo };
  }
  const isGap = batch.seqFrom !== lease.lastSeq + 1 || batch.lastSeq < lease.lastSeq;
  if (isGap || contradictsLog(session, batch)) return { sessionId, outcome: "gap", lastSeq: lease.lastSeq };

  if (batch.lastSeq > lease.lastSeq || batch.turns.length > 0 || batch.acks.length > 0) lease.wakeCount = 0;
  lease.lastSeq = batch.lastSeq;
  lease.lastBatchId = batch.batchId;
  lease.expiresAt = database.clock.now() + database.settings.leaseMs;
  writeBatch(database, session, batch);
  const ended = batch.end ? endSession(database, session, batch.end) : null;
  if (batch.release) freeLease(database, session);
  return okOutcome(database, session, { batch, ended });
}

/** What became of the end of a repeated batch: that of its user took place, whoever has reopened the session since. */
function endedBefore(session: MemorySession, { end }: AppendBatch): ReturnType<typeof endSession> {
  const tookPlace = end && session.endTime !== null && (session.status === "ended" || !end.onlyIfUnattached);
  return tookPlace ? endingOf(session) : null;
}

function okOutcome(
  database: MemoryDatabase,
  session: MemorySession,
  { batch, ended }: { batch: AppendBatch; ended: ReturnType<typeof endSession> },
): AppendOutcome {
  const { sessionId, lease } = session;
  const topics = watchedTopics(database, session);
  return {
    sessionId,
    outcome: "ok",
    lastSeq: batch.lastSeq,
    inbox: inboxOf(session),
    ...(lease.endRequested === null ? {} : { endRequested: lease.endRequested }),
    ...(ended === null ? {} : { ended }),
    ...(topics.length === 0 ? {} : { topics }),
  };
}

function inboxOf(session: MemorySession): InboxCommand[] {
  return session.commands
    .filter((command) => !command.isSettled)
    .map(({ command, userId, targetTurnId }) => structuredClone({ command, userId, targetTurnId }));
}

function renewAttachments(database: MemoryDatabase, workerId: string): void {
  const expiresAt = database.clock.now() + database.settings.attachmentMs;
  for (const { attachments } of database.sessions.values()) {
    for (const attachment of attachments.values()) {
      if (attachment.workerId === workerId) attachment.expiresAt = expiresAt;
    }
  }
}
