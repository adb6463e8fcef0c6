/**
 * The binary frames of wire version 2. A header of one byte each: the kind, the lengths of the texts, the encoding of
 * the payload; then the texts; then the payload.
 */

import type { Broadcast, BroadcastContent, IncomingMessage } from "./message.ts";

const PUSH_KIND = 3;
const BROADCAST_KIND = 4;
const BINARY = 0;
const JSON_TEXT = 1;
/** The longest text whose length fits its byte. */
const MAX_TEXT_BYTES = 255;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Reads a client's broadcast. Throws when the frame is none, is cut short, or says JSON and has none. */
export function decodePush(frame: Uint8Array): IncomingMessage {
  const [kind, ...lengths] = frame.subarray(0, 6);
  const encoding = frame[6];
  if (kind !== PUSH_KIND) throw new SyntaxError(`Cannot read a binary frame of kind ${kind}`);
  if (encoding === undefined) throw new SyntaxError("Cannot read a frame that was cut short");
  let offset = 7;
  const [joinRef, ref, topic, event] = lengths.map((length) => {
    if (offset + length > frame.length) throw new SyntaxError("Cannot read a frame that was cut short");
    return decoder.decode(frame.subarray(offset, offset += length));
  }) as [string, string, string, string, string];
  const broadcast = { event, content: toContent(frame.slice(offset), encoding) };
  return {
    joinRef: joinRef || null,
    ref: ref || null,
    ...{ topic, event: "broadcast", payload: {}, broadcast },
  };
}

function toContent(bytes: Uint8Array, encoding: number): BroadcastContent {
  if (encoding !== JSON_TEXT) return { encoding: "binary", bytes };
  const text = decoder.decode(bytes);
  JSON.parse(text); // what cannot be read must not reach the receivers
  return { encoding: "json", text };
}

/** Undefined when a text is longer than its length can say; the platform cannot send such a broadcast either. */
export function encodeBroadcast(
  topic: string,
  { event, content, meta }: Broadcast,
): Uint8Array | undefined {
  const texts = [topic, event, meta ? JSON.stringify(meta) : ""].map((text) => encoder.encode(text));
  if (texts.some(({ length }) => length > MAX_TEXT_BYTES)) return undefined;
  const payload = content.encoding === "json" ? encoder.encode(content.text) : content.bytes;
  const header = [BROADCAST_KIND, ...texts.map(({ length }) => length)];
  const parts = [
    Uint8Array.from([...header, content.encoding === "json" ? JSON_TEXT : BINARY]),
    ...texts,
    payload,
  ];
  const frame = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    frame.set(part, offset);
    offset += part.length;
  }
  return frame;
}
