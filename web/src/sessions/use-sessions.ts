/** The list of the user's sessions; asked for again while a summary is due. */
import { useCallback } from "react";
import type { Database } from "../database.ts";
import { fetchSessions } from "./fetch-sessions.ts";
import { isSummaryDue, type SessionRow } from "./session-row.ts";
import { type Polled, usePolling } from "./use-polling.ts";

const SUMMARY_POLL_MS = 2_000;

export function useSessions(database: Database): Polled<SessionRow[]> {
  const load = useCallback((signal: AbortSignal) => fetchSessions(database, signal), [database]);
  return usePolling({ load, nextInMs });
}

function nextInMs(rows: SessionRow[]): number | null {
  return rows.some(isSummaryDue) ? SUMMARY_POLL_MS : null;
}
