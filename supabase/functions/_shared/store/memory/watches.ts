/** Who watches a session of the memory database over Realtime (K19). */
import { findSession } from "./lease.ts";
import type { MemoryDatabase, MemorySession } from "./memory-database.ts";

export type WatchRole = "owner" | "observer";

export function watchSession(
  database: MemoryDatabase,
  { sessionId, role }: { sessionId: string; role: WatchRole },
): void {
  const { watches } = findSession(database, sessionId);
  const until = database.clock.now() + database.settings.watchMs;
  if (role === "owner") watches.ownerUntil = until;
  else watches.observersUntil = until;
}

/** Moves the observers to a new topic: the old one falls silent. */
export function raiseGeneration(database: MemoryDatabase, sessionId: string): void {
  const { watches } = findSession(database, sessionId);
  watches.generation++;
  watches.observersUntil = -Infinity;
}

export function watchedTopics(database: MemoryDatabase, { sessionId, watches }: MemorySession): string[] {
  const now = database.clock.now();
  return [
    ...(watches.ownerUntil > now ? [`session:${sessionId}`] : []),
    ...(watches.observersUntil > now ? [`session:${sessionId}:${watches.generation}`] : []),
  ];
}
