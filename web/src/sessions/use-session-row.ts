/** What the database says about one session; asked for again while it may change without a word. */
import { useCallback } from "react";
import type { SessionStatus } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { fetchSession } from "./fetch-sessions.ts";
import { isContinued, nextRowLoadMs } from "./next-row-load.ts";
import type { SessionRow } from "./session-row.ts";
import { type Polled, usePolling } from "./use-polling.ts";

export interface PolledRow extends Polled<SessionRow | null> {
  isContinued: boolean;
}

/** `toldStatus`: what the socket says of the session; `null` where there is none. */
export function useSessionRow(
  database: Database,
  { sessionId, toldStatus }: { sessionId: string; toldStatus: SessionStatus | null },
): PolledRow {
  const load = useCallback(
    (signal: AbortSignal) => fetchSession(database, { sessionId, signal }),
    [database, sessionId],
  );
  const nextInMs = useCallback(
    (row: SessionRow | null, loadCount: number) => nextRowLoadMs(row, { toldStatus, loadCount }),
    [toldStatus],
  );
  const polled = usePolling({ load, nextInMs });
  const { value: row = null, loadCount } = polled;
  return { ...polled, isContinued: isContinued(row, { toldStatus, loadCount }) };
}
