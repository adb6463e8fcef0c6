/** The database connection of `@supabase/lite`, with what it does wrong on Postgres put right. */

import type { AnyAST, IntrospectResult } from "@supabase/lite";
import { PostgresConnection } from "@supabase/lite/postgres";
import { Kysely } from "kysely";
import { ConnectionPool } from "./connection-pool.ts";
import { correctRequest } from "./correct-request.ts";
import { connectionDialect, poolDialect } from "./pooled-dialect.ts";
import { POSTGRES_TYPES } from "./postgres-types.ts";
import type { ClientType } from "./read-array-types.ts";
import { toPostgrestResponse } from "./postgrest-error.ts";
import { applySettings, type RequestSettings } from "./request-settings.ts";

type Run<T> = (database: Parameters<Parameters<PostgresConnection["withContext"]>[1]>[0]) => Promise<T>;
type RequestContext = NonNullable<Parameters<PostgresConnection["withContext"]>[0]>;
type ContextOptions = NonNullable<Parameters<PostgresConnection["withContext"]>[2]>;

const REQUEST_CONNECTIONS = 20;
const ADMIN_CONNECTIONS = 5;

export interface LiteConnectionOptions {
  /** As the superuser: reads the schema and runs Auth. */
  adminUrl: string;
  /** As `authenticator`: runs the requests, and may do nothing before it takes the role of the caller. */
  requestUrl: string;
  arrayTypes: Record<string, ClientType>;
}

/**
 * Runs each request as PostgREST does: in a transaction whose role and settings are those of the caller. The original
 * grants everything in every schema to the API roles on its first request.
 */
export class LiteConnection extends PostgresConnection {
  readonly #requests: ConnectionPool;
  readonly #admin: ConnectionPool;
  #schemaVersion = 0;
  #lastSchema: IntrospectResult | undefined;

  constructor({ adminUrl, requestUrl, arrayTypes }: LiteConnectionOptions) {
    super({ url: adminUrl });
    const types = { ...POSTGRES_TYPES, ...arrayTypes };
    this.#admin = new ConnectionPool({ url: adminUrl, size: ADMIN_CONNECTIONS, types });
    this.#requests = new ConnectionPool({ url: requestUrl, size: REQUEST_CONNECTIONS, types });
    this.kysely = new Kysely({ dialect: poolDialect(this.#admin) });
  }

  override async close(): Promise<void> {
    await Promise.all([this.#requests.end(), this.#admin.end(), super.close()]);
  }

  /** The original takes a lost database for an empty one. */
  override async introspect(options?: { useCache?: boolean }): Promise<IntrospectResult> {
    const schema = await super.introspect(options);
    if (schema.functions) this.#lastSchema = schema;
    return this.#lastSchema ?? schema;
  }

  override async withContext<T>(
    context: RequestContext | undefined,
    run: Run<T>,
    options: ContextOptions = {},
  ): Promise<T> {
    if (!context) return await run(options.transaction ?? this.kysely);
    if (options.transaction) throw new Error("A request of the Data API is one transaction");
    const settings = settingsOf(context, options);
    try {
      return await this.#runAs(settings, run);
    } catch (error) {
      const response = toPostgrestResponse(error, settings);
      if (!response) throw error;
      // Every request of the Data API that comes here wants a Response.
      return response as T;
    }
  }

  override async onPostgrestAST(request: AnyAST): Promise<AnyAST> {
    const checked = await super.onPostgrestAST(request);
    return correctRequest(checked, await this.introspect({ useCache: true }));
  }

  override async clearSchemaCache(): Promise<void> {
    this.#schemaVersion++;
    await super.clearSchemaCache();
  }

  async #runAs<T>(settings: RequestSettings, run: Run<T>): Promise<T> {
    const connection = await this.#requests.lend();
    const suffix = ` -- schema ${this.#schemaVersion}`;
    try {
      // Sent at once: the server takes them in order, and a failure of one fails all that follow.
      const [begun, applied, answered] = await Promise.allSettled([
        connection.query("begin"),
        applySettings(connection, settings),
        run(new Kysely({ dialect: connectionDialect(connection, { suffix }) })),
      ]);
      for (const step of [begun, applied, answered]) if (step.status === "rejected") throw step.reason;
      const { value } = answered as PromiseFulfilledResult<T>;
      await connection.query(isRefusal(value) ? "rollback" : "commit");
      return value;
    } catch (error) {
      // Without a connection the server has rolled back by itself.
      await connection.query("rollback").catch(() => {});
      throw error;
    } finally {
      connection.release();
    }
  }
}

/** For example a single row asked for and several written: nothing of it stays. */
function isRefusal(value: unknown): boolean {
  return value instanceof Response && value.status >= 400;
}

function settingsOf(context: RequestContext, options: ContextOptions): RequestSettings {
  const { role, jwt } = (context.auth ?? {}) as { role?: string; jwt?: unknown };
  return { role: role || "anon", claims: jwt, call: options.rpc };
}
