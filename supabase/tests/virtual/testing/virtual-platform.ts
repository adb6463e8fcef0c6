/**
 * The platform as a session client meets it, on a clock that stands still: workers that live as long as the wall clock
 * allows, each connection on the one that takes any, and a network that takes its time.
 */
import type { Connection } from "../../../functions/_shared/connection/connection.ts";
import type { Socket as ServerSocket } from "../../../functions/_shared/connection/socket.ts";
import type { LanguageModel } from "../../../functions/_shared/model/language-model.ts";
import { parseCursor } from "../../../functions/_shared/protocol/mod.ts";
import type { SessionStore } from "../../../functions/_shared/store/session-store.ts";
import type { TestWorker, World } from "../../../functions/_shared/testing/world.ts";
import type { Socket as ClientSocket, SocketConstructor } from "../../../../web/src/client/ports.ts";

export interface PlatformOptions {
  world: World;
  model: LanguageModel;
  wallClockMs: number;
  /** One way. */
  latencyMs: number;
}

export interface VirtualPlatform {
  WebSocket: SocketConstructor;
  readonly workerCount: number;
}

/** Shares of the wall clock at which a worker takes no more requests, and is told to leave. */
const DRAIN_SHARE = 0.5;
const UNLOAD_SHARE = 0.9;

interface Life {
  testWorker: TestWorker;
  isAccepting: boolean;
  isDead: boolean;
  sockets: Set<SocketPair>;
}

export function createVirtualPlatform(
  { world, model, wallClockMs, latencyMs }: PlatformOptions,
): VirtualPlatform {
  const { clock } = world;
  let current: Life | null = null;
  let workerCount = 0;

  function boot(): Life {
    workerCount++;
    const life: Life = {
      testWorker: world.addWorker({ model, wrapStore: (store) => mortal(store, () => life.isDead) }),
      isAccepting: true,
      isDead: false,
      sockets: new Set(),
    };
    clock.schedule(wallClockMs * DRAIN_SHARE, () => {
      life.isAccepting = false;
      void life.testWorker.worker.drain();
    });
    clock.schedule(wallClockMs * UNLOAD_SHARE, () => void life.testWorker.worker.leave());
    clock.schedule(wallClockMs, () => {
      life.isDead = true;
      for (const pair of life.sockets) pair.breakOff();
    });
    return life;
  }

  function accept(pair: SocketPair, url: URL): Connection {
    current = current?.isAccepting ? current : boot();
    current.sockets.add(pair);
    const after = url.searchParams.get("after");
    const sessionId = url.pathname.split("/").at(-1) ?? "";
    const cursor = after === null ? null : parseCursor(after);
    return current.testWorker.accept(pair.serverEnd, {
      sessionId,
      ...(cursor ? { cursor } : {}),
      expiresInMs: 24 * 3_600_000,
    });
  }

  class VirtualWebSocket extends SocketPair {
    constructor(url: string) {
      super({ later: (run) => clock.schedule(latencyMs, run), accept: (pair) => accept(pair, new URL(url)) });
    }
  }
  return {
    WebSocket: VirtualWebSocket,
    get workerCount() {
      return workerCount;
    },
  };
}

interface SocketPairPorts {
  later(run: () => void): void;
  accept(pair: SocketPair): Connection;
}

/** The client's end; `serverEnd` is the other one. What either sends arrives later, in order. */
class SocketPair implements ClientSocket {
  onopen: ClientSocket["onopen"] = null;
  onmessage: ClientSocket["onmessage"] = null;
  onclose: ClientSocket["onclose"] = null;
  readonly #ports: SocketPairPorts;
  #connection: Connection | null = null;
  #isOpen = true;
  /** Nothing gets through any more, in either direction. */
  #isBroken = false;

  constructor(ports: SocketPairPorts) {
    this.#ports = ports;
    ports.later(() => {
      if (this.#isOpen) this.#connection = ports.accept(this);
    });
  }

  readonly serverEnd: ServerSocket = (() => {
    const isOpen = () => this.#isOpen;
    return {
      get isOpen() {
        return isOpen();
      },
      bufferedAmount: 0,
      send: (text) => this.#later(() => this.onmessage?.(new MessageEvent("message", { data: text }))),
      close: (code) => {
        if (!this.#isOpen) return;
        this.#isOpen = false;
        this.#later(() => this.onclose?.(new CloseEvent("close", { code })));
        this.#later(() => void this.#connection?.gone(code));
      },
    };
  })();

  send(text: string): void {
    this.#later(() => this.#connection?.receive(text));
  }

  close(code = 1005): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#later(() => void this.#connection?.gone(code));
  }

  /** The worker is gone, and with it its end of the socket. */
  breakOff(): void {
    if (this.#isBroken) return;
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    this.#isBroken = true;
    if (wasOpen) this.#ports.later(() => this.onclose?.(new CloseEvent("close", { code: 1006 })));
  }

  #later(run: () => void): void {
    this.#ports.later(() => {
      if (!this.#isBroken) run();
    });
  }
}

/** A dead worker's calls are neither made nor answered. */
function mortal(store: SessionStore, isDead: () => boolean): SessionStore {
  const never = new Promise<never>(() => {});
  return new Proxy(store, {
    get(target, name: keyof SessionStore) {
      const call = target[name] as (request: unknown) => Promise<unknown>;
      return async (request: unknown) => {
        if (isDead()) return await never;
        const answer = await call.call(target, request);
        return isDead() ? await never : answer;
      };
    },
  });
}
