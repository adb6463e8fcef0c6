/** Builds the WebSocket address of a session. */
import { type Cursor, formatCursor } from "./protocol.ts";

/** Accepts `http(s)` and `ws(s)`. @throws TypeError when `url` is no address. */
export function toSessionUrl(
  url: string,
  { sessionId, cursor }: { sessionId: string; cursor: Cursor | null },
): string {
  const address = new URL(url);
  address.protocol = address.protocol.replace("http", "ws");
  address.pathname = `${address.pathname.replace(/\/$/, "")}/${sessionId}`;
  if (cursor) address.searchParams.set("after", formatCursor(cursor));
  return address.href;
}
