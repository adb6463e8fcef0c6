/** Serves one open WebSocket until it is gone. */

import type { Buffer } from "node:buffer";
import type { WebSocket } from "ws";
import { closeChannel } from "../channel/close-channel.ts";
import type { Services } from "../services.ts";
import { decodeFrame } from "../wire/decode-frame.ts";
import type { IncomingMessage } from "../wire/message.ts";
import type { Connection } from "./connection.ts";
import { dispatchMessage } from "./dispatch-message.ts";
import { watchSilence } from "./watch-silence.ts";

export interface ServedSocket {
  /** Cuts the connection, and forgets it before it returns. */
  cut(): void;
}

/** `onGone` is called when the connection has ended, however it did. */
export function serveSocket(
  services: Services,
  { socket, connection, onGone }: { socket: WebSocket; connection: Connection; onGone: () => void },
): ServedSocket {
  const { clock, limits, log } = services;
  /** The end of what is under way, by topic: a topic's messages are taken one after the other. */
  const tails = new Map<string, Promise<void>>();
  const silence = watchSilence({ clock, limitMs: limits.silenceMs, onSilent: () => connection.terminate() });

  function take(message: IncomingMessage): void {
    const { topic } = message;
    const previous = tails.get(topic) ?? Promise.resolve();
    const tail = previous
      .then(() => connection.isOpen ? dispatchMessage(services, { connection, message }) : undefined)
      .catch((error) => log(`Realtime failed on "${message.event}" of "${topic}": ${error}`))
      .then(() => void (tails.get(topic) === tail && tails.delete(topic)));
    tails.set(topic, tail);
  }

  function forget(): void {
    silence.cancel();
    for (const channel of [...connection.channels.values()]) closeChannel(services, channel);
    onGone();
  }

  socket.on("message", (data: Buffer, isBinary: boolean) => {
    silence.interrupt();
    if (data.length > limits.frameBytes) return connection.close(1009, "The frame is too long");
    try {
      take(decodeFrame(isBinary ? new Uint8Array(data) : data.toString(), connection.version));
    } catch (error) {
      refuseFrame(connection, error);
    }
  });
  socket.on("error", () => {}); // what is no WebSocket any more: the library closes
  socket.on("close", forget);
  return {
    cut() {
      connection.terminate();
      forget();
    },
  };
}

/** The sender learns what is wrong, and nobody else notices; the platform only writes a log. */
function refuseFrame(connection: Connection, error: unknown): void {
  const reason = `MalformedWebSocketMessage: ${error instanceof Error ? error.message : error}`;
  const nobody = { joinRef: null, ref: null, topic: "phoenix", event: "", payload: {} };
  connection.reply(nobody, "error", { reason });
}
