/** Says how long ago something was; the further away, the less exactly. */
import { toDate, toWhen } from "./to-when.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function toRelativeTime(timestamp: string, nowMs = Date.now()): string {
  const date = toDate(timestamp);
  // Clocks of servers may be a little ahead.
  const agoMs = Math.max(0, nowMs - date.getTime());
  if (agoMs < MINUTE_MS) return "just now";
  if (agoMs < HOUR_MS) return `${Math.floor(agoMs / MINUTE_MS)} min ago`;
  const now = new Date(nowMs);
  if (date.toDateString() === now.toDateString()) return `${Math.floor(agoMs / HOUR_MS)} h ago`;
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date.toDateString() === yesterday.toDateString()) return "yesterday";
  return toWhen(timestamp, now);
}
