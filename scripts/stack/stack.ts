/** A running stack, and what it can be told. */

import type { AccessTokens, TokenAlgorithm } from "./auth/access-tokens.ts";
import type { FunctionsOptions, FunctionsRuntime } from "./functions/functions-runtime.ts";
import type { NetFaults } from "./net/process-batch.ts";
import type { Realtime, RealtimeOptions } from "./realtime/realtime.ts";

export interface StackOptions {
  /** Kept when given; otherwise a temporary one, made from a cached template and removed by `stop()`. */
  dataDir?: string;
  /** The folder that holds `supabase/`. Default: this checkout. */
  projectDir?: string;
  /** 0 or absent: any free port. */
  ports?: { api?: number; db?: number; studio?: number };
  /** Default: true with a `dataDir`, false without. */
  fsync?: boolean;
  /** Whether seed.sql is applied. Default: true. */
  seed?: boolean;
  /** False starts no edge functions; otherwise what is given wins over the defaults. */
  functions?: Partial<FunctionsOptions> | false;
  /** Limits, and whether public channels are refused; config.toml may switch Realtime off. */
  realtime?: RealtimeOptions;
  /** What signs new access tokens. Default: ES256, as on the platform; the other kind is accepted too. */
  tokenAlgorithm?: TokenAlgorithm;
  /** Requests of pg_net that get lost or are sent twice. */
  netFaults?: NetFaults;
  /** Progress, warnings and the output of the functions. */
  log?: (line: string) => void;
}

export interface Stack extends AsyncDisposable {
  readonly dataDir: string;
  readonly ports: { readonly api: number; readonly db: number; readonly studio: number };
  readonly apiUrl: string;
  /** As `postgres`: what a user of the platform gets. */
  readonly dbUrl: string;
  /** As the superuser `supabase_admin`. */
  readonly adminDbUrl: string;
  readonly studioUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** The secret of HS256 tokens, for tests that forge them. */
  readonly jwtSecret: string;
  /** Signs tokens of any claims and either algorithm, for tests. */
  readonly tokens: AccessTokens;
  /** The values that functions and Vault share. */
  readonly functionSecrets: { readonly SUMMARIZE_SECRET: string; readonly WAKE_SECRET: string };
  readonly demo: { readonly email: string; readonly password: string };
  /** Undefined when the stack was started without functions. */
  readonly functions: FunctionsRuntime | undefined;
  /** Undefined when config.toml switches it off. */
  readonly realtime: Realtime | undefined;
  /** Ends every connection as a restart of the server does; nothing committed is lost. */
  restartPostgres(): Promise<void>;
  /** A crash: no checkpoint, unlogged tables are emptied by the recovery. Back on return of `restartPostgres()`. */
  killPostgres(): Promise<void>;
  stop(): Promise<void>;
}
