/** System events outside a turn: no seq, ordered by id (K1). */
import type { MemoryDatabase, MemorySession } from "./memory-database.ts";

export function addSystemEvent(
  database: MemoryDatabase,
  session: MemorySession,
  { kind, content, facts = {} }: { kind: string; content: string; facts?: Record<string, unknown> },
): void {
  session.events.push({
    id: database.nextId++,
    seq: null,
    eventType: "system",
    role: "system",
    content,
    data: { kind, ...facts },
  });
}
