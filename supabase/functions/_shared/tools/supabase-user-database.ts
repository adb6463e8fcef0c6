/** The user's database over supabase-js: the Data API gets the user's own token, so row level security decides (R9). */
import { createClient } from "@supabase/supabase-js";
import type { UserDatabase } from "./tool.ts";
import { UserDatabaseError } from "./user-database-error.ts";

export interface SupabaseUserDatabaseOptions {
  url: string;
  publishableKey: string;
  /** Asked before each request, so that a refreshed token is used at once. */
  accessToken: () => string;
  fetch?: typeof fetch;
}

export function createSupabaseUserDatabase(options: SupabaseUserDatabaseOptions): UserDatabase {
  const client = createClient(options.url, options.publishableKey, {
    accessToken: () => Promise.resolve(options.accessToken()),
    ...(options.fetch ? { global: { fetch: options.fetch } } : {}),
  });

  return {
    async select({ table, columns, equals = {}, orderBy, limit, signal }) {
      let query = client.from(table).select(columns);
      for (const [column, value] of Object.entries(equals)) query = query.eq(column, value);
      if (orderBy) query = query.order(orderBy.column, { ascending: !orderBy.descending });
      if (limit !== undefined) query = query.limit(limit);
      if (signal) query = query.abortSignal(signal);
      const { data, error } = await query.returns<Record<string, unknown>[]>();
      signal?.throwIfAborted();
      if (error) throw new UserDatabaseError(`Cannot read ${table} as the user`, error);
      return data;
    },

    async call(functionName, parameters, signal) {
      const request = client.rpc(functionName, parameters);
      const { data, error } = await (signal ? request.abortSignal(signal) : request);
      signal?.throwIfAborted();
      if (error) throw new UserDatabaseError(`Cannot call ${functionName} as the user`, error);
      return data;
    },
  };
}
