/** Writes what a client is told, in the wire version of its connection. */

import { encodeBroadcast } from "./binary-frames.ts";
import type { Broadcast, Message, WireVersion } from "./message.ts";

export type Frame = string | Uint8Array;

export function encodeMessage(message: Message, version: WireVersion): Frame {
  const { joinRef, ref, topic, event, payload } = message;
  return JSON.stringify(
    version === "1.0.0" ? { topic, event, payload, ref } : [joinRef, ref, topic, event, payload],
  );
}

/** Undefined when this version cannot carry it: binary content in version 1, long names in version 2. */
export function encodeBroadcastFrame(
  topic: string,
  { broadcast, version }: { broadcast: Broadcast; version: WireVersion },
): Frame | undefined {
  if (version === "2.0.0") return encodeBroadcast(topic, broadcast);
  const { event, content, meta } = broadcast;
  if (content.encoding === "binary") return undefined;
  const tail = meta ? `,"meta":${JSON.stringify(meta)}` : "";
  const payload = `{"event":${JSON.stringify(event)},"payload":${content.text},"type":"broadcast"${tail}}`;
  return `{"topic":${JSON.stringify(topic)},"event":"broadcast","payload":${payload},"ref":null}`;
}
