/** The invitations of a session and how many people accepted each; asked for again while somebody looks. */
import { useCallback } from "react";
import { listShares, type Share } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { type Polled, usePolling } from "../sessions/use-polling.ts";
import { fetchObserverCounts } from "./fetch-observer-counts.ts";

const POLL_MS = 5_000;

export interface ListedShare extends Share {
  observerCount: number;
}

export function useShares(database: Database, sessionId: string): Polled<ListedShare[]> {
  const load = useCallback(async (signal: AbortSignal) => {
    const [shares, counts] = await Promise.all([
      listShares(database, sessionId),
      fetchObserverCounts(database, { sessionId, signal }),
    ]);
    return shares.map((share) => ({ ...share, observerCount: counts.get(share.shareId) ?? 0 }));
  }, [database, sessionId]);
  return usePolling({ load, nextInMs });
}

function nextInMs(): number {
  return POLL_MS;
}
