/** The sessions of others that the user may watch; no channel tells of them, so they are asked for now and then. */
import { useCallback } from "react";
import type { Database } from "../database.ts";
import { fetchSharedSessions } from "./fetch-shared-sessions.ts";
import type { SessionRow } from "./session-row.ts";
import { type Polled, usePolling } from "./use-polling.ts";

const POLL_MS = 30_000;

export function useSharedSessions(database: Database, userId: string): Polled<SessionRow[]> {
  const load = useCallback(
    (signal: AbortSignal) => fetchSharedSessions(database, { userId, signal }),
    [database, userId],
  );
  return usePolling({ load, nextInMs });
}

/** Who watches nothing is not asked about: what is new begins with an invitation opened here, or a look at the page. */
function nextInMs(rows: SessionRow[]): number | null {
  return rows.length > 0 ? POLL_MS : null;
}
