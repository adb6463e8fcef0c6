/** One joined topic of one connection. */

import type { Identity } from "../authorization/identity.ts";
import type { Permissions } from "../authorization/permissions.ts";
import type { CallWindow } from "../limits/call-window.ts";
import type { Connection } from "../socket/connection.ts";
import type { ChannelConfig } from "./read-join.ts";

export interface ChannelOptions {
  connection: Connection;
  /** As the client names it, without the prefix `realtime:`. */
  topic: string;
  joinRef: string | null;
  config: ChannelConfig;
  identity: Identity;
  permissions: Permissions;
  presenceCalls: CallWindow;
}

export class Channel {
  readonly connection: Connection;
  readonly topic: string;
  readonly joinRef: string | null;
  readonly config: ChannelConfig;
  readonly presenceCalls: CallWindow;
  identity: Identity;
  permissions: Permissions;
  isOpen = true;
  /** Rows that were replayed and may arrive again. */
  readonly replayedIds = new Set<unknown>();
  /** Stops what waits for the end of the token. */
  cancelExpiry: () => void = () => {};

  constructor(options: ChannelOptions) {
    this.connection = options.connection;
    this.topic = options.topic;
    this.joinRef = options.joinRef;
    this.config = options.config;
    this.identity = options.identity;
    this.permissions = options.permissions;
    this.presenceCalls = options.presenceCalls;
  }

  /** Public and private channels of one name are strangers to each other. */
  get key(): string {
    return topicKey(this.topic, this.config.isPrivate);
  }

  get wireTopic(): string {
    return `realtime:${this.topic}`;
  }

  push(event: string, payload: unknown): void {
    const { joinRef, wireTopic: topic } = this;
    this.connection.send({ joinRef, ref: null, topic, event, payload });
  }

  reply(ref: string | null, status: "ok" | "error", response: unknown = {}): void {
    const { joinRef, wireTopic: topic } = this;
    this.connection.send({ joinRef, ref, topic, event: "phx_reply", payload: { status, response } });
  }

  pushSystem(status: "ok" | "error", message: string, extension = "system"): void {
    this.push("system", { extension, status, message, channel: this.topic });
  }

  pushClose(): void {
    const { joinRef, wireTopic: topic } = this;
    this.connection.send({ joinRef, ref: joinRef, topic, event: "phx_close", payload: {} });
  }
}

export function topicKey(topic: string, isPrivate: boolean): string {
  return `${isPrivate ? "private" : "public"}:${topic}`;
}
