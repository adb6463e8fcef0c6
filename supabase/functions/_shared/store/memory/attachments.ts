/** Open sockets and system events of the memory database: opening, detaching, ending (K1, K5). */
import type { EndReason } from "../../protocol/mod.ts";
import type { DetachConnection, OpenedSession, OpenSession } from "../session-store.ts";
import { beginEpoch, findSession, freeLease, isLeaseLive, takeLease } from "./lease.ts";
import type { MemoryDatabase, MemorySession } from "./memory-database.ts";
import { endSession } from "./end-session.ts";
import { activeTurns } from "./turns.ts";
import { addSystemEvent } from "./system-event.ts";

export function openSession(database: MemoryDatabase, request: OpenSession): OpenedSession {
  const { sessionId, userId, workerId, connectionId } = request;
  const existing = database.sessions.get(sessionId);
  if (existing && existing.userId !== userId) return { outcome: "forbidden" };
  const session = existing ?? createSession(database, { sessionId, userId });
  const reopened = session.status === "ended";

  const isNew = !session.attachments.has(connectionId);
  const expiresAt = database.clock.now() + database.settings.attachmentMs;
  session.attachments.set(connectionId, { workerId, expiresAt });
  session.lease.endRequested = null;
  session.status = "active";
  if (isNew) {
    const [kind, content] = existing ? ["resumed", "Connected again"] : ["connected", "Connected"];
    addSystemEvent(database, session, { kind, content, facts: { connectionId } });
  }
  return {
    outcome: "opened",
    created: !existing,
    reopened,
    title: session.title,
    status: "active",
    lease: takeLease(database, session, workerId),
  };
}

function createSession(
  database: MemoryDatabase,
  { sessionId, userId }: { sessionId: string; userId: string },
): MemorySession {
  const now = database.clock.now();
  const session: MemorySession = {
    sessionId,
    userId,
    title: null,
    titleSource: "message",
    status: "active",
    startTime: now,
    endTime: null,
    durationSeconds: null,
    endReason: null,
    endingNumber: 0,
    endSeq: 0,
    summary: null,
    summaryStatus: "none",
    messageCount: 0,
    inputTokens: 0,
    outputTokens: 0,
    lease: {
      epoch: 0,
      workerId: null,
      startSeq: 1,
      lastSeq: 0,
      lastBatchId: null,
      expiresAt: now,
      idleSince: now,
      endRequested: null,
      prunedSeq: 0,
      wakeCount: 0,
      wokenAt: -Infinity,
    },
    epochs: [],
    events: [],
    buffer: [],
    attachments: new Map(),
    turns: new Map(),
    commands: [],
    jobs: [],
    watches: { ownerUntil: -Infinity, observersUntil: -Infinity, generation: 1 },
  };
  database.sessions.set(sessionId, session);
  return session;
}

export function detachConnection(
  database: MemoryDatabase,
  { sessionId, workerId, connectionId, closeCode }: DetachConnection,
): { attachedCount: number } {
  const session = findSession(database, sessionId);
  if (session.attachments.get(connectionId)?.workerId !== workerId) {
    return { attachedCount: session.attachments.size };
  }
  session.attachments.delete(connectionId);
  session.lease.idleSince = database.clock.now();
  const facts = { connectionId, closeCode };
  addSystemEvent(database, session, { kind: "disconnected", content: "Disconnected", facts });
  // One that expired counts until the sweep detaches it: its worker may only be kept from the database.
  const attachedCount = session.attachments.size;
  if (closeCode === 1000 && attachedCount === 0) requestEnd(database, session, "closed");
  return { attachedCount };
}

/** Ends an unattached session: through its leader when there is one, else under an epoch of its own (K1). */
export function requestEnd(database: MemoryDatabase, session: MemorySession, reason: EndReason): void {
  const wanted = session.lease.endRequested ?? reason;
  if (isLeaseLive(database, session) || activeTurns(session).length > 0) {
    session.lease.endRequested = wanted;
    return;
  }
  beginEpoch(database, session, null);
  endSession(database, session, { reason: wanted, onlyIfUnattached: true });
  freeLease(database, session);
}
