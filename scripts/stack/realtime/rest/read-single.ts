/** Reads a single broadcast: topic and event from the path, the whole body is its payload. */

import type { RealtimeLimits } from "../limits/realtime-limits.ts";
import { contentSize } from "../wire/content-size.ts";
import type { BroadcastContent } from "../wire/message.ts";
import type { OutgoingBroadcast } from "./outgoing-broadcast.ts";
import { RequestError } from "./request-error.ts";

export const SINGLE_PATH = /^\/realtime\/v1\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/;

export async function readSingle(request: Request, limits: RealtimeLimits): Promise<OutgoingBroadcast> {
  const { pathname, searchParams } = new URL(request.url);
  const [, topic = "", event = ""] = SINGLE_PATH.exec(pathname) ?? [];
  const content = await readContent(request);
  if (contentSize(content) > limits.payloadBytes) {
    throw new RequestError(422, { errors: { payload: ["Payload size exceeds tenant limit"] } });
  }
  return {
    topic: decode(topic),
    isPrivate: searchParams.get("private") === "true",
    broadcast: { event: decode(event), content },
  };
}

async function readContent(request: Request): Promise<BroadcastContent> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/octet-stream") {
    return { encoding: "binary", bytes: new Uint8Array(await request.arrayBuffer()) };
  }
  if (type !== undefined && type !== "application/json") {
    const error = "Unsupported Media Type. Use application/json or application/octet-stream";
    throw new RequestError(415, { error });
  }
  const text = await request.text();
  try {
    JSON.parse(text);
  } catch {
    throw new RequestError(422, { errors: { payload: ["is no JSON"] } });
  }
  return { encoding: "json", text };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new RequestError(422, { errors: { path: ["cannot be decoded"] } });
  }
}
