/** Reads a frame of a client in the wire version of its connection. */

import { decodePush } from "./binary-frames.ts";
import type { Broadcast, IncomingMessage, WireVersion } from "./message.ts";

/** Throws a `SyntaxError` that says what is wrong. */
export function decodeFrame(frame: string | Uint8Array, version: WireVersion): IncomingMessage {
  if (typeof frame !== "string") {
    if (version === "1.0.0") throw new SyntaxError("Cannot read a binary frame with vsn 1.0.0");
    return decodePush(frame);
  }
  const value: unknown = JSON.parse(frame);
  const [joinRef, ref, topic, event, payload] = version === "1.0.0" ? fieldsOf(value) : itemsOf(value);
  if (typeof topic !== "string" || typeof event !== "string") {
    throw new SyntaxError("Cannot read a message without topic and event");
  }
  const message = { joinRef: toRef(joinRef), ref: toRef(ref), topic, event, payload };
  const broadcast = event === "broadcast" ? toBroadcast(payload) : undefined;
  return broadcast ? { ...message, broadcast } : message;
}

function fieldsOf(value: unknown): unknown[] {
  if (!isRecord(value)) throw new SyntaxError("Cannot read a message that is no object, as vsn 1.0.0 has it");
  return [value.join_ref, value.ref, value.topic, value.event, value.payload];
}

function itemsOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) {
    throw new SyntaxError("Cannot read a message that is no array, as vsn 2.0.0 has it");
  }
  return value;
}

function toRef(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function toBroadcast(payload: unknown): Broadcast | undefined {
  if (!isRecord(payload) || typeof payload.event !== "string") return undefined;
  return {
    event: payload.event,
    content: { encoding: "json", text: JSON.stringify(payload.payload ?? {}) },
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
