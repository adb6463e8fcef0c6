/** Everything the client needs from outside; each has a default that works in browsers, Deno and Node 22. */

/** The part of the standard `WebSocket` the client uses. */
export interface Socket {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type SocketConstructor = new (url: string, subprotocols: string[]) => Socket;

export interface Clock {
  now(): number;
  /** Runs once after `afterMs`; the returned function takes it back. */
  schedule(afterMs: number, run: () => void): () => void;
}

/**
 * Where the transcript, unconfirmed commands and refused messages outlive a page reload. `sessionStorage` fits, but knows
 * of no users: where another one may sign in in the same tab, give each a part of it with `toUserStorage`. It may throw:
 * what it does not keep costs a longer replay, and nothing else.
 */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** What the environment knows about its own network and attention. `woke` is for a tab that becomes visible. */
export type EnvironmentSignal = "online" | "offline" | "woke";

export interface SessionPorts {
  WebSocket: SocketConstructor;
  clock: Clock;
  /** Evenly distributed in [0, 1). */
  random(): number;
  /** A UUID. */
  createId(): string;
  storage: KeyValueStorage | null;
  /** Subscribes to signals; the returned function unsubscribes. */
  observeEnvironment(listener: (signal: EnvironmentSignal) => void): () => void;
}

export function toDefaultPorts(): SessionPorts {
  return {
    WebSocket: globalThis.WebSocket,
    clock: {
      now: () => Date.now(),
      schedule(afterMs, run) {
        const timer = setTimeout(run, afterMs);
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.random(),
    createId: () => crypto.randomUUID(),
    storage: null,
    observeEnvironment: () => () => {},
  };
}
