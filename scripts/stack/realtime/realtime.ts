/** A running Realtime, and what tests can do to it. */

import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { RealtimeLimits } from "./limits/realtime-limits.ts";
import type { DecideFate } from "./topics/faults.ts";

export type { RealtimeLimits } from "./limits/realtime-limits.ts";
export type { DecideFate, Delivery, Fate } from "./topics/faults.ts";

export interface RealtimeOptions {
  /** Refuses public channels, as the platform does without "Allow public access". Default: false. */
  privateOnly?: boolean;
  /** What differs from the platform's free plan. */
  limits?: Partial<RealtimeLimits>;
}

export interface Realtime {
  /** Makes a connection of a request to `/realtime/v1/websocket`, or refuses it. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Answers `/realtime/v1/api/broadcast` and what is below. */
  answer(request: Request): Promise<Response>;
  /** Decides what happens to each broadcast on its way to each channel; undefined delivers all. */
  faults: DecideFate | undefined;
  readonly connectionCount: number;
  /** By topic, without the prefix. */
  channelCount(topic: string): number;
  /** Cuts every connection and forgets everything; the next join connects the database again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}
