/** Starts a whole Supabase of this checkout: database, Data API, Auth, edge functions, Studio. */

import { join } from "node:path";
import { type Api, startApi } from "./start-api.ts";
import { type Cleanup, createCleanup } from "./cleanup.ts";
import { type ProjectConfig, readProjectConfig } from "./config/read-project-config.ts";
import { startCronWorker } from "./cron/start-cron-worker.ts";
import { openDataDir } from "./data/open-data-dir.ts";
import type { FunctionsRuntime } from "./functions/functions-runtime.ts";
import { tolerateBrokenPipes } from "./functions/tolerate-broken-pipes.ts";
import { startFunctions } from "./functions/start-functions.ts";
import { loadInstallation } from "./installation/installation.ts";
import { startNetWorker } from "./net/start-net-worker.ts";
import { openDatabase } from "./open-database.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { functionsEnvironment } from "./secrets/functions-environment.ts";
import { shareSecrets } from "./secrets/share-secrets.ts";
import type { Stack, StackOptions } from "./stack.ts";
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
  const { projectDir = PROJECT_ROOT, seed = true, log = () => {} } = options;
  const config = await readProjectConfig(projectDir);
  const dataDir = await openDataDir(options.dataDir);
  cleanup.defer(() => dataDir.close());
  if (dataDir.isTemporary) await cloneMigratedData(dataDir.path, { projectDir, config, seed, log });
  const installation = await loadInstallation(dataDir.path);

  const database = await openDatabase({
    ...{ projectDir, installation, config, seed, log },
    dataDir: dataDir.path,
    port: options.ports?.db ?? 0,
    fsync: options.fsync ?? !dataDir.isTemporary,
    migrate: !dataDir.isTemporary,
  });
  cleanup.defer(() => database[Symbol.asyncDispose]());
  const adminDbUrl = database.url();
  const dbUrl = database.url("postgres");

  log("Starting the Data API and Auth");
  let functions: FunctionsRuntime | undefined;
  const api = await startApi(
    { ...options, database, installation, config, functions: () => functions, log },
    cleanup,
  );
  const { apiUrl, tokens, realtime } = api;

  const env = await functionsEnvironment({ projectDir, installation, apiUrl, dbUrl, jwks: tokens.jwks });
  const functionSecrets = { SUMMARIZE_SECRET: env.SUMMARIZE_SECRET!, WAKE_SECRET: env.WAKE_SECRET! };
  await shareSecrets(adminDbUrl, { apiUrl, secrets: functionSecrets });
  const { netFaults: faults } = options;
  for (const startWorker of [startNetWorker, startCronWorker]) {
    const worker = await startWorker({ dbUrl: adminDbUrl, log, faults });
    cleanup.defer(() => worker.stop());
  }
  if (options.functions !== false) {
    const stopTolerating = tolerateBrokenPipes(() => log("A connection broke with its worker"));
    cleanup.defer(() => Promise.resolve(stopTolerating()));
    functions = await startProjectFunctions({ ...options, projectDir, log }, { api, config, env });
    cleanup.defer(() => functions?.stop());
  }

  const { publishableKey, secretKey, jwtSecret } = installation;
  return {
    dataDir: dataDir.path,
    ports: { ...api.ports, db: database.port },
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
      realtime,
    },
    studioUrl: `http://127.0.0.1:${api.ports.studio}`,
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

async function startProjectFunctions(
  options: StackOptions & { projectDir: string; log: (line: string) => void },
  { api, config, env }: { api: Api; config: ProjectConfig; env: Record<string, string> },
): Promise<FunctionsRuntime> {
  const wished = options.functions || {};
  return await startFunctions({
    functionsDir: join(options.projectDir, "supabase", "functions"),
    configs: config.functions,
    verifyJwt: (token) => api.tokens.verify(token).then(() => true, () => false),
    log: (line) => options.log(`[${line.function}] ${line.text}`),
    ...wished,
    env: { ...env, ...wished.env },
  });
}
