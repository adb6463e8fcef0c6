/**
 * The clients of the sessions this tab drives: the shown one, and those that were left with something on its way. Those
 * stay connected until the server has it: what was said in a session that no list knows yet could not be found again.
 */
import type { Clock, SessionClient } from "./client/mod.ts";

/** A worker that starts, and a network that comes back, take less. */
const LINGER_MS = 60_000;

export interface DrivenSessionsOptions {
  open(sessionId: string): SessionClient;
  clock: Clock;
}

export class DrivenSessions {
  readonly #options: DrivenSessionsOptions;
  #shown: SessionClient | null = null;
  /** By session, each with what takes back the waiting. */
  readonly #left = new Map<string, { client: SessionClient; stopWaiting(): void }>();

  constructor(options: DrivenSessionsOptions) {
    this.#options = options;
  }

  /** Shows a session, by the client that is still connected to it if there is one. */
  connect(sessionId: string): SessionClient {
    this.leave();
    return this.#shown = this.#takeUp(sessionId) ?? this.#options.open(sessionId);
  }

  /** As `connect`, but `null` for a session that was not left a moment ago. */
  resume(sessionId: string): SessionClient | null {
    this.leave();
    return this.#shown = this.#takeUp(sessionId);
  }

  /** Shows none. */
  leave(): void {
    const client = this.#shown;
    this.#shown = null;
    if (!client) return;
    if (!isSending(client)) return client.detach();
    const { sessionId } = client.state;
    const detach = () => this.#takeUp(sessionId)?.detach();
    const takeBack = this.#options.clock.schedule(LINGER_MS, detach);
    const unsubscribe = client.subscribe(() => isSending(client) || detach());
    this.#left.set(sessionId, {
      client,
      stopWaiting() {
        takeBack();
        unsubscribe();
      },
    });
  }

  /** Resolves to whether everything that was said in any of them has reached the server in time. */
  hasSent(withinMs: number): Promise<boolean> {
    const clients = [...this.#left.values()].map(({ client }) => client);
    if (this.#shown) clients.push(this.#shown);
    return new Promise((resolve) => {
      const finish = (isSent: boolean) => {
        takeBack();
        for (const unsubscribe of unsubscribes) unsubscribe();
        resolve(isSent);
      };
      const check = () => clients.every(({ state }) => state.pending.length === 0) && finish(true);
      const unsubscribes = clients.map((client) => client.subscribe(check));
      const takeBack = this.#options.clock.schedule(withinMs, () => finish(false));
      check();
    });
  }

  /** Gives all of them up. */
  close(): void {
    for (const sessionId of [...this.#left.keys()]) this.#takeUp(sessionId)?.detach();
    this.#shown?.detach();
    this.#shown = null;
  }

  #takeUp(sessionId: string): SessionClient | null {
    const left = this.#left.get(sessionId);
    left?.stopWaiting();
    this.#left.delete(sessionId);
    return left?.client ?? null;
  }
}

/** What stopped sends nothing more by itself. */
function isSending({ state }: SessionClient): boolean {
  return state.pending.length > 0 && state.connection.status !== "stopped";
}
