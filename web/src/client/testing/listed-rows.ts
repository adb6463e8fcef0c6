/** Short ways to write the rows and changes of a session list. */
import type { ListedRow, SessionChange } from "../protocol.ts";

/** A time of one day, by its minute. */
export function at(minute: number): string {
  return `2026-01-01T10:${String(minute).padStart(2, "0")}:00.000Z`;
}

export function row(sessionId: string, minute: number, more: Partial<ListedRow> = {}): ListedRow {
  return {
    session_id: sessionId,
    title: null,
    status: "active",
    start_time: at(minute),
    end_time: null,
    // With microseconds, as the database tells.
    last_activity_at: at(minute).replace("000Z", "000000+00:00"),
    message_count: 1,
    summary: null,
    summary_status: "none",
    summary_read: true,
    snippet: null,
    ...more,
  };
}

export function change(sessionId: string, minute: number, more: Partial<SessionChange> = {}) {
  return {
    type: "session.changed" as const,
    sessionId,
    operation: "update" as const,
    startTime: at(minute),
    lastActivityAt: at(minute),
    ...more,
  };
}
