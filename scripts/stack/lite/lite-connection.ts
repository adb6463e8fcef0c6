/** The database connection of `@supabase/lite`, with what it does wrong on Postgres put right. */

import type { AnyAST } from "@supabase/lite";
import { PostgresConnection } from "@supabase/lite/postgres";
import { sql } from "kysely";
import { correctRequest } from "./correct-request.ts";
import { POSTGRES_TYPES } from "./postgres-types.ts";
import { isDatabaseError, toPostgrestResponse } from "./postgrest-error.ts";

type Run = Parameters<PostgresConnection["withContext"]>[1];
type Database = Parameters<Run>[0];
type RequestContext = NonNullable<Parameters<PostgresConnection["withContext"]>[0]>;
type ContextOptions = NonNullable<Parameters<PostgresConnection["withContext"]>[2]>;

const CONNECTIONS = 20;
// That of the platform's `authenticator`, for roles without one of their own.
const DEFAULT_STATEMENT_TIMEOUT = "8s";

/**
 * Runs each request as PostgREST does: in a transaction whose role and settings are those of the caller, set in one
 * statement. The original grants everything in every schema to the API roles on its first request.
 */
export class LiteConnection extends PostgresConnection {
  constructor(url: string) {
    super({
      url,
      postgresOptions: { max: CONNECTIONS, types: POSTGRES_TYPES, onnotice: () => {} },
    });
  }

  override async withContext<T>(
    context: RequestContext | undefined,
    run: (database: Database) => Promise<T>,
    options: ContextOptions = {},
  ): Promise<T> {
    if (!context) return await run(options.transaction ?? this.kysely);
    if (options.transaction) {
      await applyContext(options.transaction, { context, options });
      return await run(options.transaction);
    }
    try {
      return await this.kysely.transaction().execute(async (transaction) => {
        await applyContext(transaction, { context, options });
        return await run(transaction);
      });
    } catch (error) {
      const response = isDatabaseError(error)
        ? toPostgrestResponse(error, { role: callerOf(context).role })
        : undefined;
      if (!response) throw error;
      // Every request of the Data API that comes here wants a Response.
      return response as T;
    }
  }

  override async onPostgrestAST(request: AnyAST): Promise<AnyAST> {
    const checked = await super.onPostgrestAST(request);
    return correctRequest(checked, await this.introspect({ useCache: true }));
  }
}

function callerOf(context: RequestContext): { role: string; jwt: unknown } {
  const { role, jwt } = (context.auth ?? {}) as { role?: string; jwt?: unknown };
  return { role: role || "anon", jwt };
}

async function applyContext(
  transaction: Database,
  { context, options }: { context: RequestContext; options: ContextOptions },
): Promise<void> {
  const { role, jwt } = callerOf(context);
  const { rpc } = options;
  await sql`select
    set_config('role', ${role}, true),
    set_config('request.jwt.claims', ${JSON.stringify(jwt ?? { role })}, true),
    set_config('request.method', ${rpc?.method ?? ""}, true),
    set_config('request.path', ${rpc?.path ?? ""}, true),
    set_config('request.headers', ${JSON.stringify(rpc?.requestHeaders ?? {})}, true),
    set_config('statement_timeout', coalesce((
      select split_part(setting, '=', 2) from pg_roles, unnest(rolconfig) as setting
      where rolname = ${role} and setting like 'statement_timeout=%'
    ), ${DEFAULT_STATEMENT_TIMEOUT}), true),
    set_config('response.status', '', true),
    set_config('response.headers', '', true),
    set_config('transaction_read_only', ${rpc?.readOnly ? "on" : "off"}, true)`.execute(transaction);
}
