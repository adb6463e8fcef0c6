/** Connections that are lent out whole, and that never go on by themselves after the server was lost. */

import postgres, { type Sql } from "postgres";
import type { ClientType } from "./read-array-types.ts";

type Parameters = NonNullable<globalThis.Parameters<Sql["unsafe"]>[1]>;

export interface QueryAnswer {
  readonly rows: Record<string, unknown>[];
  readonly command: string;
  readonly count: number;
}

export interface LentConnection {
  /** Sent at once, without waiting for earlier ones; the server answers them in order. */
  query(text: string, parameters?: readonly unknown[]): Promise<QueryAnswer>;
  release(): void;
}

export interface ConnectionPoolOptions {
  url: string;
  size: number;
  types: Record<string, ClientType>;
}

const CONNECT_TIMEOUT_SECONDS = 3;

interface Client {
  readonly sql: Sql;
  isConnected: boolean;
  /** A transaction must not go on outside of it on the next connection; and the client may hang when it makes one. */
  isLost: boolean;
}

/**
 * Each connection is a client of its own. The pool of the library hangs when it opens a connection to reserve it
 * without asking for types, and asking for them raises an error that nobody can catch when the server goes away.
 */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions;
  readonly #idle: Client[];
  readonly #waiting: ((client: Client) => void)[] = [];
  readonly #lent = new Set<Client>();

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.#idle = Array.from({ length: options.size }, () => createClient(options));
  }

  async lend(): Promise<LentConnection> {
    // The one used last is connected and warm.
    const known = this.#idle.pop() ?? await new Promise<Client>((resolve) => this.#waiting.push(resolve));
    const client = known.isLost ? this.#replace(known) : known;
    this.#lent.add(client);
    try {
      // Statements that are sent at once must not be what opens the connection: each would try on its own.
      if (!client.isConnected) await client.sql`select`;
      client.isConnected = true;
    } catch (error) {
      client.isLost = true;
      this.#takeBack(client);
      throw error;
    }
    return {
      async query(text, parameters = []) {
        if (client.isLost) throw new ConnectionLostError();
        const values = [...parameters] as Parameters;
        const result = await client.sql.unsafe(text, values, { prepare: parameters.length > 0 });
        return { rows: Array.from(result), command: result.command, count: result.count };
      },
      release: () => this.#takeBack(client),
    };
  }

  async end(): Promise<void> {
    await Promise.all([...this.#idle, ...this.#lent].map(({ sql }) => sql.end({ timeout: 1 })));
  }

  #takeBack(client: Client): void {
    this.#lent.delete(client);
    const next = this.#waiting.shift();
    if (next) next(client);
    else this.#idle.push(client);
  }

  #replace(lost: Client): Client {
    // What it was still doing fails with its connection, and was told to whoever asked for it.
    lost.sql.end({ timeout: 0 }).catch(() => {});
    return createClient(this.#options);
  }
}

class ConnectionLostError extends Error {
  readonly code = "CONNECTION_CLOSED";
  override message = "The connection was lost in the middle of a transaction";
}

function createClient({ url, types }: ConnectionPoolOptions): Client {
  const client: Client = {
    sql: postgres(url, {
      max: 1,
      fetch_types: false,
      // After a crash of the server the client may wait for a connection that it has lost sight of.
      connect_timeout: CONNECT_TIMEOUT_SECONDS,
      types,
      connection: { TimeZone: "UTC" },
      onnotice: () => {},
      onclose: () => void (client.isLost = true),
    }),
    isConnected: false,
    isLost: false,
  };
  return client;
}
