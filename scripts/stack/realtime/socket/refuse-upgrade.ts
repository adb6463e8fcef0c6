/** Answers a request that may not become a connection. */

import type { Duplex } from "node:stream";
import type { Refusal } from "./admit-upgrade.ts";

export function refuseUpgrade(socket: Duplex, { status, statusText, error }: Refusal): void {
  if (!socket.writable) return;
  const body = JSON.stringify({ error });
  socket.end(
    `HTTP/1.1 ${status} ${statusText}\r\ncontent-type: application/json\r\n` +
      `content-length: ${new TextEncoder().encode(body).length}\r\nconnection: close\r\n\r\n${body}`,
  );
}
