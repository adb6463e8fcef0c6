/** The contract suite's view of a memory database. */
import type { SessionFacts, StoreWorld } from "../contract/store-world.ts";
import { createMemorySessionStore } from "../memory-session-store.ts";
import { createMemorySummaryStore } from "../memory-summary-store.ts";
import { findSession } from "./lease.ts";
import { createMemoryDatabase, type MemoryDatabase } from "./memory-database.ts";
import { sweepMemoryDatabase } from "./sweep.ts";
import { raiseGeneration, watchSession } from "./watches.ts";

export function createMemoryWorld(): StoreWorld {
  let now = Date.UTC(2026, 0, 1);
  const database = createMemoryDatabase({ clock: { now: () => now } });
  return {
    store: createMemorySessionStore(database),
    summaries: createMemorySummaryStore(database),
    createUser: () => Promise.resolve(crypto.randomUUID()),
    passTime(milliseconds) {
      now += milliseconds;
      return Promise.resolve();
    },
    restart() {
      database.serverStartedAt = now;
      return Promise.resolve();
    },
    sweep: () => Promise.resolve(sweepMemoryDatabase(database)),
    watch: (sessionId, role) => Promise.resolve(watchSession(database, { sessionId, role })),
    revokeShares: (sessionId) => Promise.resolve(raiseGeneration(database, sessionId)),
    inspect: (sessionId) => Promise.resolve(factsOf(database, sessionId)),
  };
}

function factsOf(database: MemoryDatabase, sessionId: string): SessionFacts {
  const session = findSession(database, sessionId);
  const { status, endReason, endTime, endingNumber, summary, summaryStatus, messageCount, inputTokens } =
    session;
  const sequenced = session.events
    .filter(({ seq }) => seq !== null)
    .toSorted((left, right) => (left.seq ?? 0) - (right.seq ?? 0));
  return {
    ...{ status, endReason, endingNumber, summary, summaryStatus, messageCount, inputTokens },
    hasEndTime: endTime !== null,
    systemEvents: session.events.filter(({ seq }) => seq === null).map(({ data }) => String(data.kind)),
    log: sequenced.map(({ eventType, seq, seqTo }) => `${eventType} ${seq}-${seqTo}`),
    bufferRowCount: session.buffer.length,
    turns: [...session.turns.values()].map(({ turnId, status, attempts }) => ({ turnId, status, attempts })),
    jobs: session.jobs.map(({ endingNumber, status, attempts, lastError }) => ({
      endingNumber,
      status,
      attempts,
      lastError,
    })),
  };
}
