/** Answers for a function that cannot answer itself. */

import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ErrorAnswer } from "./error-answers.ts";

/** An answer that has begun cannot become an error any more: it is cut off, so that nobody takes it for whole. */
export function answerError(response: ServerResponse, answer: ErrorAnswer): void {
  if (response.headersSent) {
    response.on("error", () => {});
    // Without an error Deno 2.1 leaves the connection open.
    response.destroy(new Error(answer.message));
    return;
  }
  response.statusMessage = answer.statusText;
  response.writeHead(answer.status, { "content-type": "application/json" });
  response.end(body(answer));
}

/** The same for a request that wanted to become a WebSocket. */
export function answerUpgradeError(socket: Duplex, answer: ErrorAnswer): void {
  if (!socket.writable) return;
  const content = body(answer);
  socket.end(
    `HTTP/1.1 ${answer.status} ${answer.statusText}\r\ncontent-type: application/json\r\n` +
      `content-length: ${content.length}\r\nconnection: close\r\n\r\n${content}`,
  );
}

function body({ code, message }: ErrorAnswer): string {
  return JSON.stringify({ code, message });
}
