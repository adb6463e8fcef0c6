/** Starts a whole Supabase of this checkout: database, Data API, Auth, edge functions, Studio. */

import { join } from "node:path";
import postgres from "postgres";
import { createAccessTokens } from "./auth/access-tokens.ts";
import { type Cleanup, createCleanup } from "./cleanup.ts";
import { readProjectConfig } from "./config/read-project-config.ts";
import { startCronWorker } from "./cron/start-cron-worker.ts";
import { openDataDir } from "./data/open-data-dir.ts";
import type { FunctionsRuntime } from "./functions/functions-runtime.ts";
import { startFunctions } from "./functions/start-functions.ts";
import { routeApiRequest } from "./gateway/route-api-request.ts";
import { startGateway } from "./gateway/start-gateway.ts";
import { loadInstallation } from "./installation/installation.ts";
import { startLite } from "./lite/start-lite.ts";
import { startNetWorker } from "./net/start-net-worker.ts";
import { openDatabase } from "./open-database.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { functionsEnvironment } from "./secrets/functions-environment.ts";
import { writeVaultSecrets } from "./secrets/write-vault-secrets.ts";
import type { Stack, StackOptions } from "./stack.ts";
import { startStudio } from "./studio/start-studio.ts";
import { cloneMigratedData } from "./template/clone-migrated-data.ts";

export type { Stack, StackOptions } from "./stack.ts";

/** The account that seed.sql makes. */
export const DEMO_ACCOUNT = { email: "demo@parley.local", password: "parley-demo" };

/** Resolves when everything answers. Any number may run side by side, each with its own data folder and ports. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const cleanup = createCleanup();
  try {
    return await startParts(options, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function startParts(options: StackOptions, cleanup: Cleanup): Promise<Stack> {
  const { projectDir = PROJECT_ROOT, ports = {}, seed = true, log = () => {} } = options;
  const config = await readProjectConfig(projectDir);
  const dataDir = await openDataDir(options.dataDir);
  cleanup.defer(() => dataDir.close());
  if (dataDir.isTemporary) await cloneMigratedData(dataDir.path, { projectDir, config, seed, log });
  const installation = await loadInstallation(dataDir.path);

  const database = await openDatabase({
    ...{ projectDir, installation, config, seed, log },
    dataDir: dataDir.path,
    port: ports.db ?? 0,
    fsync: options.fsync ?? !dataDir.isTemporary,
    migrate: !dataDir.isTemporary,
  });
  cleanup.defer(() => database[Symbol.asyncDispose]());
  const adminDbUrl = database.url();
  const dbUrl = database.url("postgres");

  log("Starting the Data API and Auth");
  const tokens = await createAccessTokens(installation, { algorithm: options.tokenAlgorithm ?? "ES256" });
  const lite = await startLite({
    adminUrl: adminDbUrl,
    requestUrl: database.url("authenticator"),
    jwtSecret: installation.jwtSecret,
    config,
  });
  cleanup.defer(() => lite.stop());
  let functions: FunctionsRuntime | undefined;
  const gateway = await startGateway({
    port: ports.api ?? 0,
    answer: (request) =>
      routeApiRequest(request, {
        ...{ lite, keys: installation, tokens, apiUrl },
        workers: () => functions?.workers() ?? [],
      }),
    functions: () => functions,
    log,
  });
  cleanup.defer(() => gateway.stop());
  const apiUrl = `http://127.0.0.1:${gateway.port}`;
  const studio = startStudio({ port: ports.studio ?? 0, fetchStudio: lite.fetchStudio });
  cleanup.defer(() => studio.stop());

  const env = await functionsEnvironment({ projectDir, installation, apiUrl, dbUrl, jwks: tokens.jwks });
  const functionSecrets = { SUMMARIZE_SECRET: env.SUMMARIZE_SECRET!, WAKE_SECRET: env.WAKE_SECRET! };
  await shareSecrets(adminDbUrl, {
    functions_url: `${apiUrl}/functions/v1`,
    summarize_secret: functionSecrets.SUMMARIZE_SECRET,
    wake_secret: functionSecrets.WAKE_SECRET,
  });
  const net = await startNetWorker({ dbUrl: adminDbUrl, log });
  cleanup.defer(() => net.stop());
  const cron = await startCronWorker({ dbUrl: adminDbUrl, log });
  cleanup.defer(() => cron.stop());
  if (options.functions !== false) {
    functions = await startFunctions({
      functionsDir: join(projectDir, "supabase", "functions"),
      configs: config.functions,
      verifyJwt: (token) => tokens.verify(token).then(() => true, () => false),
      log: (line) => log(`[${line.function}] ${line.text}`),
      ...options.functions,
      env: { ...env, ...options.functions?.env },
    });
    cleanup.defer(() => functions?.stop());
  }

  const { publishableKey, secretKey, jwtSecret } = installation;
  return {
    dataDir: dataDir.path,
    ports: { api: gateway.port, db: database.port, studio: studio.port },
    ...{
      apiUrl,
      dbUrl,
      adminDbUrl,
      publishableKey,
      secretKey,
      jwtSecret,
      tokens,
      functionSecrets,
      functions,
    },
    studioUrl: `http://127.0.0.1:${studio.port}`,
    demo: DEMO_ACCOUNT,
    async restartPostgres() {
      await database.stop();
      await database.start();
    },
    killPostgres: () => database.stop("immediate"),
    stop: () => cleanup.run(),
    [Symbol.asyncDispose]: () => cleanup.run(),
  };
}

async function shareSecrets(adminDbUrl: string, secrets: Record<string, string>): Promise<void> {
  const sql = postgres(adminDbUrl, { max: 1, onnotice: () => {} });
  try {
    await writeVaultSecrets(sql, secrets);
  } finally {
    await sql.end();
  }
}
