/** The user's sessions, newest first. */
import type { Polled } from "./use-polling.ts";
import { SessionListItem } from "./session-list-item.tsx";
import type { SessionRow } from "./session-row.ts";

export interface SessionListProps {
  sessions: Polled<SessionRow[]>;
  currentId: string | null;
  onOpen(sessionId: string): void;
}

export function SessionList({ sessions, currentId, onOpen }: SessionListProps) {
  const { value: rows, hasFailed, refresh } = sessions;
  if (!rows && hasFailed) {
    return (
      <div className="sidebar-note" role="alert">
        <p>Your sessions cannot be loaded right now.</p>
        <button type="button" className="link" onClick={refresh}>Try again</button>
      </div>
    );
  }
  if (!rows) return <ListSkeleton />;
  if (rows.length === 0) return <p className="sidebar-note">Your sessions will be listed here.</p>;
  return (
    <ul className="session-list">
      {rows.map((row) => (
        <li key={row.session_id}>
          <SessionListItem
            row={row}
            isCurrent={row.session_id === currentId}
            onOpen={() => onOpen(row.session_id)}
          />
        </li>
      ))}
    </ul>
  );
}

function ListSkeleton() {
  return (
    <div className="list-skeleton" role="status" aria-label="Loading sessions">
      {[78, 56, 67, 45].map((width) => <span key={width} style={{ width: `${width}%` }} />)}
    </div>
  );
}
