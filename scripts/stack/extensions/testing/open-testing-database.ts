/** A database with the extensions and the platform's roles, for tests. */

import postgres, { type Sql } from "postgres";
import { type PostgresServer, startPostgres } from "../../postgres/start-postgres.ts";
import { installExtensions } from "../install-extensions.ts";
import { mendPostgresClient } from "../mend-postgres-client.ts";

const ROLES = `
  create role postgres login nosuperuser createdb createrole bypassrls password 'p';
  create role anon login password 'p'; create role authenticated login password 'p';
  create role service_role login bypassrls password 'p';
  grant create on database postgres to postgres; grant create on schema public to postgres;
  create schema extensions authorization postgres;
  create schema vault authorization supabase_admin;`;

const CREATE_EXTENSIONS = `
  create extension if not exists pg_net with schema extensions;
  create extension if not exists pg_cron with schema pg_catalog;
  create extension if not exists supabase_vault;`;

export interface TestingDatabase extends AsyncDisposable {
  readonly server: PostgresServer;
  /** A connection of that role. */
  as: (role: string) => Sql;
  /** What the migrations do; the stack's workers may already run. */
  createExtensions(): Promise<void>;
}

export async function openTestingDatabase(): Promise<TestingDatabase> {
  mendPostgresClient();
  const server = await startPostgres({ fsync: false, installExtensions });
  const connections = new Map<string, Sql>();

  function as(role: string): Sql {
    const existing = connections.get(role);
    if (existing) return existing;
    const url = role === "supabase_admin" ? server.url() : server.url(role, "p");
    const sql = postgres(url, { max: 1, max_lifetime: 0, fetch_types: false, onnotice: () => {} });
    connections.set(role, sql);
    return sql;
  }

  await as("supabase_admin").unsafe(ROLES);
  return {
    server,
    as,
    async createExtensions() {
      await as("postgres").unsafe(CREATE_EXTENSIONS);
    },
    async [Symbol.asyncDispose]() {
      for (const sql of connections.values()) await sql.end({ timeout: 0 });
      await server[Symbol.asyncDispose]();
    },
  };
}
