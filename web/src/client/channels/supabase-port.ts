/** The part of a `SupabaseClient` that the client uses; any version and any database type of it fits. */

export interface SupabaseError {
  readonly code?: string;
  readonly message: string;
}

export interface SupabaseAnswer {
  readonly data: unknown;
  readonly error: SupabaseError | null;
  readonly status: number;
}

/** What a request for rows is built of. */
export interface QueryPort extends PromiseLike<SupabaseAnswer> {
  eq(column: string, value: unknown): QueryPort;
  order(column: string, options: { ascending: boolean }): QueryPort;
}

export interface TablePort {
  select(columns: string): QueryPort;
  update(values: Record<string, unknown>): QueryPort;
  delete(): QueryPort;
}

export interface ChannelPort {
  on(
    type: "broadcast",
    filter: { event: string },
    callback: (message: { event: string; payload?: unknown }) => void,
  ): unknown;
  on(type: "presence", filter: { event: "sync" }, callback: () => void): unknown;
  on(type: "system", filter: Record<string, never>, callback: (payload: unknown) => void): unknown;
  subscribe(callback: (status: string, error?: Error) => void): unknown;
  presenceState(): Record<string, readonly unknown[]>;
  track(payload: Record<string, unknown>): Promise<unknown>;
  unsubscribe(timeoutMs?: number): Promise<unknown>;
  teardown(): void;
}

export interface ChannelConfig {
  config: {
    private: boolean;
    broadcast: { replication_ready: boolean };
    presence: { key: string; enabled: boolean };
  };
}

interface AuthAnswer {
  data: { session: { access_token: string } | null };
  error: { message: string; status?: number } | null;
}

export interface SupabasePort {
  rpc(name: string, parameters: Record<string, unknown>): PromiseLike<SupabaseAnswer>;
  /** A `TablePort`; the type of the real one is too deep for a compiler to compare. */
  from(table: string): unknown;
  channel(topic: string, config: ChannelConfig): ChannelPort;
  realtime: { setAuth(token?: string | null): Promise<void> };
  auth: { getSession(): Promise<AuthAnswer>; refreshSession(): Promise<AuthAnswer> };
}

export function tableOf(supabase: SupabasePort, table: string): TablePort {
  return supabase.from(table) as TablePort;
}
