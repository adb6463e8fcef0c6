/** Who calls and how, as PostgREST tells the database before each request. */

import type { LentConnection } from "./connection-pool.ts";

export interface RequestSettings {
  role: string;
  claims: unknown;
  /** Of a function call; the others have none. */
  call?:
    | { method: string; path: string; readOnly: boolean; requestHeaders?: Record<string, string> }
    | undefined;
}

// That of the platform's `authenticator`, for roles without one of their own.
const DEFAULT_STATEMENT_TIMEOUT = "8s";

const APPLY = `select
  set_config('role', $1, true),
  set_config('request.jwt.claims', $2, true),
  set_config('request.method', $3, true),
  set_config('request.path', $4, true),
  set_config('request.headers', $5, true),
  set_config('transaction_read_only', $6, true),
  set_config('response.status', '', true),
  set_config('response.headers', '', true),
  set_config('statement_timeout', coalesce((
    select split_part(setting, '=', 2) from pg_roles, unnest(rolconfig) as setting
    where rolname = $1 and setting like 'statement_timeout=%'
  ), '${DEFAULT_STATEMENT_TIMEOUT}'), true)`;

/** All of them until the transaction ends. */
export async function applySettings(connection: LentConnection, settings: RequestSettings): Promise<void> {
  const { role, claims, call } = settings;
  await connection.query(APPLY, [
    role,
    JSON.stringify(claims ?? { role }),
    call?.method ?? "",
    call?.path ?? "",
    JSON.stringify(call?.requestHeaders ?? {}),
    call?.readOnly ? "on" : "off",
  ]);
}
