/** Carries a request of `node:http` to a fetch-style service and its answer back. */

import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";

const UNREAD_BODY_FACTOR = 3;

export class BodyTooLargeError extends Error {}

/** Reads the whole body; the services behind the gateway need it whole anyway. Rejects one above `maxBodyBytes`. */
export async function toFetchRequest(
  message: IncomingMessage,
  options: { origin: string; maxBodyBytes: number },
): Promise<Request> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (name.startsWith(":") || value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) headers.append(name, item);
  }
  const method = message.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  const body = hasBody ? await readBody(message, options.maxBodyBytes) : undefined;
  return new Request(new URL(message.url ?? "/", options.origin), {
    method,
    headers,
    body: body?.length ? body : null,
  });
}

async function readBody(message: IncomingMessage, maxBodyBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of message) {
    size += piece.length;
    if (size <= maxBodyBytes) pieces.push(piece);
    // Read on for a while: a client that is still sending would not see the answer.
    else if (size > maxBodyBytes * UNREAD_BODY_FACTOR) break;
  }
  if (size > maxBodyBytes) throw new BodyTooLargeError();
  return Buffer.concat(pieces, size);
}

export async function sendFetchResponse(answer: Response, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  const body = answer.body ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  if (body?.length) response.setHeader("content-length", body.length);
  response.end(body);
}
