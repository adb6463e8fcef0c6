/** A tab: the real session client over a real socket, with the storage of its page. */
import { openSession, type SessionClient } from "../../../../web/src/client/mod.ts";
import type { Watcher } from "./watcher.ts";

const LONGEST_WAIT_MS = 3_000;

export interface SocketWatcherOptions {
  name: string;
  apiUrl: string;
  sessionId: string;
  accessToken: string;
}

export class SocketWatcher implements Watcher {
  readonly name: string;
  readonly #options: SocketWatcherOptions;
  readonly #kept = new Map<string, string>();
  #session: SessionClient;

  constructor(options: SocketWatcherOptions) {
    this.name = options.name;
    this.#options = options;
    this.#session = this.#open();
  }

  get session(): SessionClient {
    return this.#session;
  }

  messages() {
    return this.#session.state.messages;
  }

  reload(): void {
    this.#session.detach();
    this.#session = this.#open();
  }

  hurry(): void {
    const { connection } = this.#session.state;
    const isWaiting = connection.status === "reconnecting" && connection.retryAtMs !== null;
    if (isWaiting && connection.retryAtMs - Date.now() > LONGEST_WAIT_MS) this.#session.reconnect();
  }

  describe(): string {
    return `${this.name} (${JSON.stringify(this.#session.state.connection)})`;
  }

  detach(): void {
    this.#session.detach();
  }

  #open(): SessionClient {
    const { apiUrl, sessionId, accessToken } = this.#options;
    const kept = this.#kept;
    return openSession({
      url: `${apiUrl}/functions/v1/session`,
      sessionId,
      getAccessToken: () => Promise.resolve(accessToken),
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
        removeItem: (key) => void kept.delete(key),
      },
    });
  }
}
