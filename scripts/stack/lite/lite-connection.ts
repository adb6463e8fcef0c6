/** The database connection of `@supabase/lite`, with what it does wrong on Postgres put right. */

import type { AnyAST } from "@supabase/lite";
import { PostgresConnection } from "@supabase/lite/postgres";
import { correctRequest } from "./correct-request.ts";
import { POSTGRES_TYPES } from "./postgres-types.ts";
import { toPostgrestResponse } from "./postgrest-error.ts";
import { createRequestDatabase } from "./request-database.ts";
import { applySettings, type RequestSettings } from "./request-settings.ts";

type Run<T> = (database: Parameters<Parameters<PostgresConnection["withContext"]>[1]>[0]) => Promise<T>;
type RequestContext = NonNullable<Parameters<PostgresConnection["withContext"]>[0]>;
type ContextOptions = NonNullable<Parameters<PostgresConnection["withContext"]>[2]>;

const CONNECTIONS = 20;

/**
 * Runs each request as PostgREST does: in a transaction whose role and settings are those of the caller. The original
 * grants everything in every schema to the API roles on its first request.
 */
export class LiteConnection extends PostgresConnection {
  #schemaVersion = 0;

  constructor(url: string) {
    super({
      url,
      postgresOptions: { max: CONNECTIONS, types: POSTGRES_TYPES, onnotice: () => {} },
    });
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
    const reserved = await this.driver.reserve();
    try {
      // Sent at once: the server takes them in order, and a failure of one fails all that follow.
      const [begun, applied, answered] = await Promise.allSettled([
        reserved.unsafe("begin").execute(),
        applySettings(reserved, settings),
        run(createRequestDatabase(reserved, { schemaVersion: this.#schemaVersion })),
      ]);
      for (const step of [begun, applied, answered]) if (step.status === "rejected") throw step.reason;
      const { value } = answered as PromiseFulfilledResult<T>;
      await reserved.unsafe(isRefusal(value) ? "rollback" : "commit");
      return value;
    } catch (error) {
      // Without a connection the server has rolled back by itself.
      await reserved.unsafe("rollback").catch(() => {});
      throw error;
    } finally {
      reserved.release();
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
