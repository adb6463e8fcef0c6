/** The Data API and Auth of `@supabase/lite`, called in-process by the gateway and by Studio. */

import { App } from "@supabase/lite";
import postgres from "postgres";
import type { ProjectConfig } from "../config/read-project-config.ts";
import type { Caller } from "../gateway/authorize-api-request.ts";
import { startDatabaseWorker } from "../extensions/database-worker.ts";
import { mendPostgresClient } from "../extensions/mend-postgres-client.ts";
import { readArrayTypes } from "./read-array-types.ts";
import { LiteConnection } from "./lite-connection.ts";

export interface LiteOptions {
  /** As `supabase_admin`: a lesser role does not see the tables. */
  adminUrl: string;
  /** As `authenticator`. */
  requestUrl: string;
  jwtSecret: string;
  config: ProjectConfig;
}

export interface Lite {
  /** `/rest/v1/*` as `caller`. */
  fetchData(request: Request, caller: Caller): Promise<Response>;
  /** `/auth/v1/*`; the token, if any, is an HS256 one. */
  fetchAuth(request: Request): Promise<Response>;
  /** Everything of Studio, with the rights of the service role for pages it served itself. */
  fetchStudio(request: Request, peerAddress: string): Promise<Response>;
  stop(): Promise<void>;
}

/** Of the advisory lock of the schema watch; pg_net and pg_cron have 1 and 2. */
const LOCK_ID = 3;

interface CallerBindings {
  peerAddress: string | null;
  caller?: Caller;
}

/** Migrations come first: lite reads the schema once, and again when a migration announces a change. */
export async function startLite(options: LiteOptions): Promise<Lite> {
  const { adminUrl, requestUrl, jwtSecret, config } = options;
  mendPostgresClient();
  const sql = postgres(adminUrl, { max: 1, fetch_types: false });
  const arrayTypes = await readArrayTypes(sql);
  await sql.end();
  const connection = new LiteConnection({ adminUrl, requestUrl, arrayTypes });
  const shared = {
    connection,
    db: { migrations: { enabled: false } },
    api: { schemas: config.schemas, max_rows: config.maxRows },
    auth: {
      enabled: true,
      jwt_secret: jwtSecret,
      jwt_expiry: config.jwtExpirySeconds,
      site_url: config.siteUrl,
      enable_signup: config.isSignupEnabled,
      minimum_password_length: config.minimumPasswordLength,
      email: { enable_confirmations: false },
    },
  };
  const api = new App({
    ...shared,
    options: {
      server: {
        apiKeys: false,
        disableStudio: true,
        middlewares: [async (context, next) => {
          const { caller } = context.env as CallerBindings;
          if (caller) {
            context.set("apiKeyType", caller.keyType);
            context.set("ignoreAuthorization", true);
            context.set("jwt", caller.claims);
            if (caller.claims.sub) context.set("userId", caller.claims.sub);
          }
          await next();
        }],
      },
    },
  });
  const studio = new App({ ...shared, studio: { enabled: true }, options: { server: { admin: true } } });
  await api.init();
  await studio.init();
  const schemaWatch = await startDatabaseWorker({
    name: "schema watch",
    dbUrl: adminUrl,
    channel: "pgrst",
    lockId: LOCK_ID,
    log: () => {},
    async work({ wake, signal }) {
      for (; !signal.aborted; await wake.wait()) await connection.clearSchemaCache();
    },
  });
  return {
    fetchData: (request, caller) => api.fetch(request, { peerAddress: null, caller } as CallerBindings),
    fetchAuth: (request) => api.fetch(request, { peerAddress: null }),
    fetchStudio: (request, peerAddress) => studio.fetch(request, { peerAddress }),
    async stop() {
      await schemaWatch.stop();
      await connection.close();
    },
  };
}
