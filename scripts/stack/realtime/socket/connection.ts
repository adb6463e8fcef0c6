/** One WebSocket of a client. */

import type { WebSocket } from "ws";
import type { Identity } from "../authorization/identity.ts";
import type { Channel } from "../channel/channel.ts";
import { encodeMessage, type Frame } from "../wire/encode-frame.ts";
import type { Message, WireVersion } from "../wire/message.ts";

export interface ConnectionOptions {
  id: number;
  socket: WebSocket;
  version: WireVersion;
  /** Of the API key: speaks for channels that join without a token. */
  identity: Identity;
  /** Those of the upgrade request that begin with `x-`. */
  headers: Record<string, string>;
}

/** A reader this far behind is disconnected, so that it harms only itself. */
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024;

export class Connection {
  readonly id: number;
  readonly version: WireVersion;
  readonly identity: Identity;
  readonly headers: Record<string, string>;
  /** By topic as on the wire. */
  readonly channels = new Map<string, Channel>();
  /** Joins that are not decided yet. */
  pendingJoins = 0;
  readonly #socket: WebSocket;

  constructor({ id, socket, version, identity, headers }: ConnectionOptions) {
    this.id = id;
    this.version = version;
    this.identity = identity;
    this.headers = headers;
    this.#socket = socket;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(message: Message): void {
    this.sendFrame(encodeMessage(message, this.version));
  }

  sendFrame(frame: Frame): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) return this.terminate();
    this.#socket.send(frame);
  }

  reply(message: Message, status: "ok" | "error", response: unknown = {}): void {
    const { joinRef, ref, topic } = message;
    this.send({ joinRef, ref, topic, event: "phx_reply", payload: { status, response } });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** As if the network was cut. */
  terminate(): void {
    this.#socket.terminate();
  }
}
