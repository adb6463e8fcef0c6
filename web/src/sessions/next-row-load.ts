/** When to ask for the row of a session again: soon only while something is due, and not for ever. */
import type { SessionStatus } from "../client/mod.ts";
import { isSummaryDue, type SessionRow } from "./session-row.ts";

const SOON_MS = 800;
/** For what is worth noticing, but not awaited. */
const SELDOM_MS = 30_000;
/** A minute and a half: a summary that takes longer has to wait for another try of the server. */
const SUMMARY_LOADS = 110;
/** The socket may tell of the end a moment before the row is seen to have changed. */
const BEHIND_LOADS = 6;

export interface RowLoad {
  /** What the socket says of the session; `null` where there is none. */
  toldStatus: SessionStatus | null;
  loadCount: number;
}

/** `null` for not at all. */
export function nextRowLoadMs(row: SessionRow | null, { toldStatus, loadCount }: RowLoad): number | null {
  if (row === null || toldStatus === "active") return null;
  if (row.status === "ended") {
    if (!isSummaryDue(row)) return null;
    return loadCount < SUMMARY_LOADS ? SOON_MS : SELDOM_MS;
  }
  const isBehind = toldStatus === "ended" && loadCount < BEHIND_LOADS;
  return isBehind ? SOON_MS : SELDOM_MS;
}

/** The end that the socket told of was not the last word: the session was continued by somebody else. */
export function isContinued(row: SessionRow | null, { toldStatus, loadCount }: RowLoad): boolean {
  return toldStatus === "ended" && row?.status === "active" && loadCount >= BEHIND_LOADS;
}
