/** One WebSocket between a client and a worker: both ends, and the wire that can break. */
import type { Connection } from "../../../functions/_shared/connection/connection.ts";
import type { Socket as ServerSocket } from "../../../functions/_shared/connection/socket.ts";
import type { Socket as ClientSocket } from "../../../../web/src/client/ports.ts";
import type { Process } from "./process.ts";
import type { VirtualClock } from "./virtual-clock.ts";

const LATENCY_MS = 1;

export interface LinkOptions {
  time: VirtualClock;
  process: Process;
  /** The worker accepts; called in its process. */
  accept(socket: ServerSocket): Connection;
}

export class Link {
  readonly client: ClientSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => this.#toServer((connection) => connection.receive(text)),
    close: (code = 1005) => this.#leave(code),
  };
  readonly #time: VirtualClock;
  readonly #process: Process;
  #connection: Connection | null = null;
  #isServerOpen = true;
  #isClientOpen = true;
  #isCut = false;

  constructor({ time, process, accept }: LinkOptions) {
    this.#time = time;
    this.#process = process;
    process.onDeath(() => this.#hangUp(1006));
    const { isDead } = process;
    time.schedule(LATENCY_MS, () => isDead ? this.#hangUp(1006) : process.enter(() => this.#open(accept)));
  }

  /** The network between the two is gone. The client notices at once, the server after `serverAfterMs`. */
  cut(serverAfterMs: number): void {
    this.#isCut = true;
    this.#hangUp(1006);
    this.#time.schedule(serverAfterMs, () => this.#process.enter(() => this.#gone(1006)));
  }

  #open(accept: LinkOptions["accept"]): void {
    const isServerOpen = () => this.#isServerOpen;
    this.#connection = accept({
      get isOpen() {
        return isServerOpen();
      },
      bufferedAmount: 0,
      send: (text) =>
        this.#toClient(() => this.client.onmessage?.(new MessageEvent("message", { data: text }))),
      close: (code) => {
        this.#toClient(() => this.#closed(code));
        this.#gone(code);
      },
    });
    if (this.#isCut || !this.#isClientOpen) this.#gone(1006);
    else this.#toClient(() => this.client.onopen?.(new Event("open")));
  }

  #leave(code: number): void {
    if (!this.#isClientOpen) return;
    this.#isClientOpen = false;
    this.#toServer(() => this.#gone(code));
  }

  #toServer(run: (connection: Connection) => void): void {
    if (this.#isCut) return;
    this.#time.schedule(LATENCY_MS, () =>
      this.#process.enter(() => {
        if (this.#connection && this.#isServerOpen) run(this.#connection);
      }));
  }

  #toClient(run: () => void): void {
    if (!this.#isServerOpen || this.#isCut) return;
    this.#time.schedule(LATENCY_MS, () => {
      if (this.#isClientOpen && !this.#isCut) run();
    });
  }

  #hangUp(code: number): void {
    this.#time.schedule(LATENCY_MS, () => this.#closed(code));
  }

  #closed(code: number): void {
    if (!this.#isClientOpen) return;
    this.#isClientOpen = false;
    this.client.onclose?.(new CloseEvent("close", { code }));
  }

  #gone(code: number): void {
    if (!this.#isServerOpen) return;
    this.#isServerOpen = false;
    this.#connection?.gone(code);
  }
}
