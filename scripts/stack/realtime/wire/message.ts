/** What travels on a socket, whatever the wire version. */

export type WireVersion = "1.0.0" | "2.0.0";

export interface Message {
  /** The `ref` of the join that the sender means; the server's own messages to version 1 carry none. */
  readonly joinRef: string | null;
  /** Repeated by the reply. */
  readonly ref: string | null;
  /** With the prefix `realtime:`, or `phoenix`. */
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

/** A frame from a client. */
export interface IncomingMessage extends Message {
  /** Of the event `broadcast`, when it has the form of one. */
  readonly broadcast?: Broadcast;
}

export interface Broadcast {
  readonly event: string;
  readonly content: BroadcastContent;
  /** `id` of a row, and `replayed`. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** JSON stays text from the sender to the receivers. */
export type BroadcastContent =
  | { readonly encoding: "json"; readonly text: string }
  | { readonly encoding: "binary"; readonly bytes: Uint8Array };
