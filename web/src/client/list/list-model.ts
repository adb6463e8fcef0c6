/** The sessions of a user as a list: what each page and each change does to it. */
import type { ListedRow, SessionChange, SessionStatus, SummaryStatus } from "../protocol.ts";
import { type SnippetPart, toSnippet } from "./to-snippet.ts";

export interface ListedSession {
  readonly sessionId: string;
  readonly title: string | null;
  readonly status: SessionStatus;
  readonly startTime: string;
  readonly endTime: string | null;
  readonly lastActivityAt: string;
  readonly messageCount: number;
  readonly summary: string | null;
  readonly summaryStatus: SummaryStatus;
  /** There is a summary that the user has not been shown. */
  readonly isUnread: boolean;
  /** Where the search matched; `null` without one. */
  readonly snippet: readonly SnippetPart[] | null;
}

/** Where the next page begins. */
export interface ListCursor {
  readonly lastActivityAt: string;
  readonly sessionId: string;
}

export interface ListModel {
  /** Newest activity first. */
  readonly sessions: readonly ListedSession[];
  /** `null` when everything is here. */
  readonly cursor: ListCursor | null;
}

export const EMPTY_LIST: ListModel = { sessions: [], cursor: null };

/** Adds rows read after the cursor; `isLast` when there are no more. */
export function withRows(
  { sessions }: ListModel,
  { rows, isLast }: { rows: readonly ListedRow[]; isLast: boolean },
): ListModel {
  const read = rows.map(toListed);
  const known = new Set(read.map(({ sessionId }) => sessionId));
  const last = read.at(-1);
  return {
    sessions: [...sessions.filter(({ sessionId }) => !known.has(sessionId)), ...read].toSorted(byActivity),
    cursor: isLast || !last ? null : { lastActivityAt: last.lastActivityAt, sessionId: last.sessionId },
  };
}

/**
 * Applies what was heard. With `onlyKnown` (a search) nothing is added: whether it matches, only the database knows. A
 * session that belongs to a page not read yet comes with that page.
 */
export function withChange(
  list: ListModel,
  { change, onlyKnown }: { change: SessionChange; onlyKnown: boolean },
): ListModel {
  const others = list.sessions.filter(({ sessionId }) => sessionId !== change.sessionId);
  if (change.operation === "delete") return { ...list, sessions: others };
  const known = list.sessions.find(({ sessionId }) => sessionId === change.sessionId);
  const changed = known ? updated(known, change) : onlyKnown ? null : toNew(change);
  if (!changed || (!known && isBeyond(changed, list.cursor))) return list;
  return { ...list, sessions: [...others, changed].toSorted(byActivity) };
}

/** Changes one session before the database has heard of it. */
export function withSession(
  list: ListModel,
  { sessionId, ...changes }: Partial<ListedSession> & { sessionId: string },
): ListModel {
  const sessions = list.sessions.map((each) => each.sessionId === sessionId ? { ...each, ...changes } : each);
  return { ...list, sessions };
}

function toListed(row: ListedRow): ListedSession {
  return {
    sessionId: row.session_id,
    title: row.title,
    status: row.status,
    startTime: row.start_time,
    endTime: row.end_time,
    lastActivityAt: row.last_activity_at,
    messageCount: row.message_count,
    summary: row.summary,
    summaryStatus: row.summary_status,
    isUnread: !row.summary_read,
    snippet: row.snippet === null ? null : toSnippet(row.snippet),
  };
}

function toNew(change: SessionChange): ListedSession | null {
  const { sessionId, startTime, lastActivityAt = startTime } = change;
  if (startTime === undefined || lastActivityAt === undefined) return null;
  const fresh: ListedSession = {
    sessionId,
    title: null,
    status: "active",
    startTime,
    endTime: null,
    lastActivityAt,
    messageCount: 0,
    summary: null,
    summaryStatus: "none",
    isUnread: false,
    snippet: null,
  };
  return updated(fresh, change);
}

function updated(session: ListedSession, change: SessionChange): ListedSession {
  // A late change brings nothing of its time back.
  if (change.lastActivityAt !== undefined && msOf(change.lastActivityAt) < msOf(session.lastActivityAt)) {
    return session;
  }
  const { operation: _, summaryRead, ...given } = change;
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...session, ...known, isUnread: summaryRead === undefined ? session.isUnread : !summaryRead };
}

function isBeyond(session: ListedSession, cursor: ListCursor | null): boolean {
  return cursor !== null && byActivity(session, cursor) > 0;
}

function byActivity(left: ListCursor, right: ListCursor): number {
  return msOf(right.lastActivityAt) - msOf(left.lastActivityAt) ||
    (left.sessionId < right.sessionId ? 1 : -1);
}

/** Rows have microseconds, broadcasts need not: their texts do not compare. */
function msOf(time: string): number {
  return Date.parse(time);
}
