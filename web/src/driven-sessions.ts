/**
 * The clients of the sessions this tab drives: the shown one, and those that were left with something unsent. They stay
 * connected while it is on its way: what was said in a session that no list knows yet could not be found again. What
 * did not get through, or was refused, rests with its client until the user returns.
 */
import type { Clock, SessionClient } from "./client/mod.ts";

/** A worker that starts, and a network that comes back, take less. */
const LINGER_MS = 60_000;

export interface DrivenSessionsOptions {
  open(sessionId: string): SessionClient;
  clock: Clock;
}

interface LeftSession {
  client: SessionClient;
  /** Takes back the waiting for what is on its way; `null` when that is over. */
  stopWaiting: (() => void) | null;
}

export class DrivenSessions {
  readonly #options: DrivenSessionsOptions;
  #shown: SessionClient | null = null;
  readonly #left = new Map<string, LeftSession>();

  constructor(options: DrivenSessionsOptions) {
    this.#options = options;
  }

  /** Shows a session, by the client that has something of it if there is one. */
  connect(sessionId: string): SessionClient {
    this.leave();
    const client = this.#takeUp(sessionId);
    client?.reconnect();
    return this.#shown = client ?? this.#options.open(sessionId);
  }

  /** As `connect`, but `null` for a session that is not connected any more. */
  resume(sessionId: string): SessionClient | null {
    this.leave();
    const isConnected = this.#left.get(sessionId)?.stopWaiting;
    return this.#shown = isConnected ? this.#takeUp(sessionId) : null;
  }

  /** Shows none. */
  leave(): void {
    const client = this.#shown;
    this.#shown = null;
    if (!client) return;
    const { sessionId } = client.state;
    const rest = () => {
      this.#takeUp(sessionId);
      client.detach();
      if (hasUnsent(client)) this.#left.set(sessionId, { client, stopWaiting: null });
    };
    if (!isSending(client)) return rest();
    const takeBack = this.#options.clock.schedule(LINGER_MS, rest);
    const unsubscribe = client.subscribe(() => isSending(client) || rest());
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
      const check = () => {
        const unsent = clients.filter(hasUnsent);
        if (!unsent.some(isSending)) finish(unsent.length === 0);
      };
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
    left?.stopWaiting?.();
    this.#left.delete(sessionId);
    return left?.client ?? null;
  }
}

/** What stopped sends nothing more by itself. */
function isSending({ state }: SessionClient): boolean {
  return state.pending.length > 0 && state.connection.status !== "stopped";
}

/** Would be lost with the client. */
function hasUnsent({ state }: SessionClient): boolean {
  return state.pending.some(({ isAccepted }) => !isAccepted) || state.refused.length > 0;
}
