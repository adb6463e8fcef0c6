/** The client's end of a connection whose other end is the test. */
import type { Socket, SocketConstructor } from "../ports.ts";
import type { CommandInput, Frame } from "../protocol.ts";

export class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: CommandInput[] = [];
  /** The code the client closed with. */
  closedWith: number | null = null;

  constructor(readonly url: string, readonly subprotocols: string[]) {}

  send(text: string): void {
    if (this.closedWith !== null) throw new Error("Cannot send: the socket is closed");
    this.sent.push(JSON.parse(text));
  }

  /** As Deno does: without a reason the code is not sent. */
  close(code?: number, reason?: string): void {
    this.closedWith ??= reason === undefined ? 1005 : code ?? 1005;
  }

  /** The server sends frames. */
  receive(...frames: Frame[]): void {
    for (const frame of frames) {
      this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(frame) }));
    }
  }

  /** The server, or the network, closes. */
  drop(code: number): void {
    this.onclose?.(new CloseEvent("close", { code }));
  }
}

/** A constructor that remembers each socket it made. */
export function fakeSockets(): { WebSocket: SocketConstructor; sockets: FakeSocket[] } {
  const sockets: FakeSocket[] = [];
  class Recorded extends FakeSocket {
    constructor(url: string, subprotocols: string[]) {
      super(url, subprotocols);
      sockets.push(this);
    }
  }
  return { WebSocket: Recorded, sockets };
}
