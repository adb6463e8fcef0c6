/** Remembers its sockets, so that a program can wait for their goodbye before it exits. */
import type { SocketConstructor } from "../../web/src/client/mod.ts";

const GOODBYE_MS = 2_000;

export function trackWebSockets(): { WebSocket: SocketConstructor; allClosed(): Promise<void> } {
  const closings: Promise<void>[] = [];
  class TrackedWebSocket extends WebSocket {
    constructor(url: string, subprotocols: string[]) {
      super(url, subprotocols);
      closings.push(
        new Promise((resolve) => this.addEventListener("close", () => resolve(), { once: true })),
      );
    }
  }
  return {
    WebSocket: TrackedWebSocket,
    async allClosed() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const deadline = new Promise<void>((resolve) => timer = setTimeout(resolve, GOODBYE_MS));
      await Promise.race([Promise.all(closings), deadline]);
      clearTimeout(timer);
    },
  };
}
