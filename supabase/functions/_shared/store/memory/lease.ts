/** Who may write a session of the memory database (R1, K3, K4). */
import { StoreError } from "../store-error.ts";
import type { ClaimedSession, ClaimSession, LeaseState } from "../session-store.ts";
import type { MemoryDatabase, MemorySession } from "./memory-database.ts";

export function findSession(database: MemoryDatabase, sessionId: string): MemorySession {
  const session = database.sessions.get(sessionId);
  if (!session) {
    throw new StoreError("session_not_found", `Cannot find session "${sessionId}": it does not exist`);
  }
  return session;
}

function leaseEndsAt(database: MemoryDatabase, { lease }: MemorySession): number {
  if (lease.workerId === null) return -Infinity;
  return Math.max(lease.expiresAt, database.serverStartedAt + database.settings.leaseMs);
}

export function isLeaseLive(database: MemoryDatabase, session: MemorySession): boolean {
  return database.clock.now() < leaseEndsAt(database, session);
}

/** Makes a worker the only writer and fences every earlier one; `null` is the database itself. */
export function beginEpoch(database: MemoryDatabase, session: MemorySession, workerId: string | null): void {
  const { lease } = session;
  // A lease given back is a planned handover, not a failed attempt; progress resets the count (K16).
  if (lease.workerId !== null) {
    for (const turn of session.turns.values()) {
      if (turn.status === "running") {
        turn.attempts = hasProgressed(session, turn.turnId) ? 1 : turn.attempts + 1;
      }
    }
  }
  lease.epoch++;
  lease.startSeq = lease.lastSeq + 1;
  lease.workerId = workerId;
  lease.lastBatchId = null;
  lease.expiresAt = database.clock.now() + database.settings.leaseMs;
  session.epochs.push({ epoch: lease.epoch, startSeq: lease.startSeq });
}

/** Whether an answer has got further in the epoch that ends, for good: a step that began again has said nothing new. */
function hasProgressed({ buffer, lease }: MemorySession, turnId: string): boolean {
  const types = buffer
    .filter((row) => row.turnId === turnId && row.seqFrom >= lease.startSeq)
    .flatMap((row) => row.chunks.map(({ type }) => type));
  return types.includes("finish-step") || (types.length > 0 && !types.includes("reset-step"));
}

export function freeLease(database: MemoryDatabase, { lease }: MemorySession): void {
  lease.workerId = null;
  lease.expiresAt = database.clock.now();
}

export function takeLease(database: MemoryDatabase, session: MemorySession, workerId: string): LeaseState {
  const { lease } = session;
  const { leaseMs } = database.settings;
  if (lease.workerId === workerId) {
    lease.expiresAt = database.clock.now() + leaseMs;
  } else if (!isLeaseLive(database, session)) {
    beginEpoch(database, session, workerId);
  } else {
    const expiresInMs = Math.ceil(leaseEndsAt(database, session) - database.clock.now());
    return { role: "follower", epoch: lease.epoch, lastSeq: lease.lastSeq, expiresInMs };
  }
  const { epoch, startSeq, lastSeq } = lease;
  return { role: "leader", epoch, startSeq, lastSeq, leaseMs };
}

export function claimSession(
  database: MemoryDatabase,
  { sessionId, workerId, lostEpoch }: ClaimSession,
): ClaimedSession {
  const session = findSession(database, sessionId);
  if (session.lease.workerId === workerId && session.lease.epoch === lostEpoch) {
    beginEpoch(database, session, workerId);
  }
  return { lease: takeLease(database, session, workerId), userId: session.userId };
}

/** The last seq that later epochs left standing. */
export function keptSeq(session: MemorySession, epoch: number): number {
  const starts = session.epochs.filter((later) => later.epoch > epoch).map((later) => later.startSeq - 1);
  return Math.min(...starts);
}
