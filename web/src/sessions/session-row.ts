/** A session as the database tells it, under RLS. */
import type { SessionStatus, SummaryStatus } from "../client/mod.ts";

export const SESSION_COLUMNS =
  "session_id, user_id, title, status, start_time, end_time, duration_seconds, last_activity_at, summary, summary_status, summary_read";

export interface SessionRow {
  session_id: string;
  user_id: string;
  title: string | null;
  status: SessionStatus;
  start_time: string;
  end_time: string | null;
  duration_seconds: number | null;
  last_activity_at: string;
  summary: string | null;
  summary_status: SummaryStatus;
  summary_read: boolean;
}

/** A summary is on its way. */
export function isSummaryDue(row: SessionRow): boolean {
  return row.summary_status === "pending" || row.summary_status === "running";
}
