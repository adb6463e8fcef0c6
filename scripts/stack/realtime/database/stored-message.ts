/** A row of `realtime.messages` as a broadcast. */

import type { Broadcast } from "../wire/message.ts";

export interface StoredMessage {
  readonly topic: string;
  readonly isPrivate: boolean;
  readonly broadcast: Broadcast;
}

export interface MessageRow {
  id: string;
  topic: string;
  private: boolean;
  event: string;
  payload: string | null;
  binary_payload: string | null;
}

/** What a query must select; both payloads as text, so that nothing on the way changes them. */
export const MESSAGE_COLUMNS =
  "id, topic, private, event, payload::text as payload, encode(binary_payload, 'base64') as binary_payload";

/** Undefined for a row without a payload, which the platform does not send either. */
export function toStoredMessage(row: MessageRow): StoredMessage | undefined {
  const { id, topic, event, payload, binary_payload: binary } = row;
  if (binary === null && payload === null) return undefined;
  const content = binary !== null
    ? { encoding: "binary" as const, bytes: Uint8Array.from(atob(binary), (char) => char.charCodeAt(0)) }
    : { encoding: "json" as const, text: payload! };
  return { topic, isPrivate: row.private, broadcast: { event, content, meta: { id } } };
}
