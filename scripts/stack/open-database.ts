/** Starts the Postgres of a stack and brings it to the state of this checkout. */

import { join } from "node:path";
import postgres from "postgres";
import { bootstrapCluster } from "./bootstrap/bootstrap-cluster.ts";
import { prepareRealtime } from "./bootstrap/prepare-realtime.ts";
import type { ProjectConfig } from "./config/read-project-config.ts";
import { installExtensions } from "./extensions/install-extensions.ts";
import { updateExtensions } from "./extensions/update-extensions.ts";
import type { Installation } from "./installation/installation.ts";
import { applyMigrations } from "./migrations/apply-migrations.ts";
import { type PostgresServer, startPostgres } from "./postgres/start-postgres.ts";

export interface OpenDatabaseOptions {
  dataDir: string;
  projectDir: string;
  installation: Installation;
  config: ProjectConfig;
  port: number;
  fsync: boolean;
  seed: boolean;
  /** False when the data folder is known to be up to date. */
  migrate: boolean;
  log: (line: string) => void;
}

/** A fresh folder becomes a project with its migrations and seed; an older one gets what is pending. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<PostgresServer> {
  const { dataDir, installation, config, port, fsync, migrate, log } = options;
  const password = installation.databasePassword;
  log("Starting Postgres");
  const server = await startPostgres({
    clusterDir: join(dataDir, "postgres"),
    port,
    password,
    fsync,
    installExtensions,
  });
  if (!migrate) return server;
  try {
    const sql = postgres(server.url(), { max: 1, onnotice: () => {} });
    await bootstrapCluster(sql, { password, exposeNewTables: config.exposeNewTables });
    await prepareRealtime(sql);
    await updateExtensions(sql);
    await sql.end();
    log("Checking migrations");
    await applyMigrations({ ...options, dbUrl: server.url("postgres") });
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}
