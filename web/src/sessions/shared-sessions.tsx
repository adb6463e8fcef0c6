/** The sessions of others that the user may watch. */
import { SessionListItem } from "./session-list-item.tsx";
import type { SessionRow } from "./session-row.ts";

export interface SharedSessionsProps {
  rows: readonly SessionRow[];
  query: string;
  currentId: string | null;
  nowMs: number;
  onOpen(sessionId: string): void;
}

export function SharedSessions({ rows, query, currentId, nowMs, onOpen }: SharedSessionsProps) {
  const sought = query.trim().toLowerCase();
  const found = rows.filter(({ title }) => (title ?? "").toLowerCase().includes(sought));
  if (found.length === 0) return null;
  return (
    <section className="sidebar-section" aria-labelledby="shared-title">
      <h2 id="shared-title">Shared with me</h2>
      <ul className="session-list">
        {found.map((row) => (
          <SessionListItem
            key={row.session_id}
            nowMs={nowMs}
            session={{
              sessionId: row.session_id,
              title: row.title,
              status: row.status,
              lastActivityAt: row.last_activity_at,
              summary: row.summary,
              summaryStatus: row.summary_status,
              isUnread: false,
              snippet: null,
            }}
            isCurrent={row.session_id === currentId}
            onOpen={() => onOpen(row.session_id)}
          />
        ))}
      </ul>
    </section>
  );
}
