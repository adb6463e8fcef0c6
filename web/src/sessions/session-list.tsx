/** The user's own sessions, live, newest activity first; or those that a search found. */
import { useState } from "react";
import type { LiveSessionList, SessionListState } from "../client/mod.ts";
import { ListConnection } from "./list-connection.tsx";
import { LoadMore } from "./load-more.tsx";
import { SessionListItem } from "./session-list-item.tsx";

export interface SessionListHandle {
  list: LiveSessionList;
  state: SessionListState;
}

export interface SessionListProps {
  sessions: SessionListHandle;
  currentId: string | null;
  nowMs: number;
  onOpen(sessionId: string): void;
}

export function SessionList({ sessions: { list, state }, currentId, nowMs, onOpen }: SessionListProps) {
  const [problem, setProblem] = useState("");
  const { sessions, query, isLoading, hasMore, connection } = state;
  const isSearch = query.trim() !== "";
  const isWaiting = sessions.length === 0 && (isLoading || connection.status !== "live");

  async function rename(sessionId: string, title: string): Promise<void> {
    setProblem("");
    try {
      await list.rename(sessionId, title);
    } catch {
      setProblem("The title could not be saved. Try again in a moment.");
    }
  }

  return (
    <>
      <ListConnection connection={connection} isEmpty={isWaiting} onRetry={() => list.reconnect()} />
      {problem && <p className="sidebar-note sidebar-problem" role="alert">{problem}</p>}
      {isWaiting && <ListSkeleton />}
      {!isWaiting && sessions.length === 0 && (
        <p className="sidebar-note">{isSearch ? "Nothing found." : "Your sessions will be listed here."}</p>
      )}
      <ul className="session-list" aria-label="Your sessions">
        {sessions.map((session) => (
          <SessionListItem
            key={session.sessionId}
            {...{ session, nowMs }}
            isCurrent={session.sessionId === currentId}
            onOpen={() => onOpen(session.sessionId)}
            onRename={(title) => void rename(session.sessionId, title)}
          />
        ))}
      </ul>
      {hasMore && <LoadMore isLoading={isLoading} onMore={() => void list.loadMore()} />}
      <p className="visually-hidden" role="status">
        {isSearch && !isLoading ? toCount(sessions.length, hasMore) : ""}
      </p>
    </>
  );
}

function toCount(count: number, hasMore: boolean): string {
  return `${hasMore ? "More than " : ""}${count} ${count === 1 ? "session" : "sessions"} found`;
}

function ListSkeleton() {
  return (
    <div className="list-skeleton" role="status" aria-label="Loading sessions">
      {[78, 56, 67, 45].map((width) => <span key={width} style={{ width: `${width}%` }} />)}
    </div>
  );
}
