/** Reads what the stack needs of `supabase/config.toml`; the command line tool checks the file itself. */

import { join } from "node:path";
import { parse } from "@std/toml";
import type { FunctionConfig } from "../functions/functions-runtime.ts";

export interface ProjectConfig {
  readonly schemas: string[];
  readonly maxRows: number;
  readonly exposeNewTables: boolean;
  readonly siteUrl: string;
  readonly jwtExpirySeconds: number;
  readonly isSignupEnabled: boolean;
  readonly minimumPasswordLength: number;
  readonly isRealtimeEnabled: boolean;
  /** Every `[functions.*]` section, with the names of config.toml. */
  readonly functions: Record<string, FunctionConfig>;
}

interface ConfigFile {
  api?: { schemas?: string[]; max_rows?: number; auto_expose_new_tables?: boolean };
  auth?: {
    site_url?: string;
    jwt_expiry?: number;
    enable_signup?: boolean;
    minimum_password_length?: number;
  };
  realtime?: { enabled?: boolean };
  functions?: Record<string, FunctionConfig>;
}

export async function readProjectConfig(projectDir: string): Promise<ProjectConfig> {
  const file: ConfigFile = parse(await Deno.readTextFile(join(projectDir, "supabase", "config.toml")));
  return {
    schemas: file.api?.schemas ?? ["public", "graphql_public"],
    maxRows: file.api?.max_rows ?? 1000,
    exposeNewTables: file.api?.auto_expose_new_tables ?? true,
    siteUrl: file.auth?.site_url ?? "http://127.0.0.1:3000",
    jwtExpirySeconds: file.auth?.jwt_expiry ?? 3600,
    isSignupEnabled: file.auth?.enable_signup ?? true,
    minimumPasswordLength: file.auth?.minimum_password_length ?? 6,
    isRealtimeEnabled: file.realtime?.enabled ?? true,
    functions: file.functions ?? {},
  };
}
