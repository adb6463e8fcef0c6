/** What the database says about one session; asked for again until its summary is there. */
import { useCallback } from "react";
import type { Database } from "../database.ts";
import { fetchSession } from "./fetch-sessions.ts";
import { isSummaryDue, type SessionRow } from "./session-row.ts";
import { type Polled, usePolling } from "./use-polling.ts";

const SUMMARY_POLL_MS = 800;

export function useSessionRow(
  database: Database,
  { sessionId, isEnded }: { sessionId: string; isEnded: boolean },
): Polled<SessionRow | null> {
  const load = useCallback(
    (signal: AbortSignal) => fetchSession(database, { sessionId, signal }),
    [database, sessionId],
  );
  // The socket may tell of the end a moment before the row is seen to have changed.
  const nextInMs = useCallback(
    (row: SessionRow | null) => {
      const isBehind = isEnded && row?.status === "active";
      return isEnded && row && (isBehind || isSummaryDue(row)) ? SUMMARY_POLL_MS : null;
    },
    [isEnded],
  );
  return usePolling({ load, nextInMs });
}
