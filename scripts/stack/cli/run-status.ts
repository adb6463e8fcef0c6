/** Prints where the running stack is, with the keys of `supabase status --output json` and some of our own. */

import { DEMO_ACCOUNT } from "../start-stack.ts";
import { DATA_DIR_OPTION, dataDirOf, readOptions, runCommand } from "./command-line.ts";
import { fetchWorkers } from "./fetch-workers.ts";
import { requireRunningInstance } from "./require-running-instance.ts";

export async function runStatus(args: string[]): Promise<void> {
  await runCommand(async () => {
    const dataDir = await dataDirOf(readOptions(args, DATA_DIR_OPTION));
    const { instance, installation, apiUrl } = await requireRunningInstance(dataDir);
    const { ports } = instance;
    const { publishableKey, secretKey, jwtSecret, databasePassword } = installation;
    const status = {
      API_URL: apiUrl,
      REST_URL: `${apiUrl}/rest/v1`,
      FUNCTIONS_URL: `${apiUrl}/functions/v1`,
      DB_URL: `postgresql://postgres:${databasePassword}@127.0.0.1:${ports.db}/postgres`,
      STUDIO_URL: `http://127.0.0.1:${ports.studio}`,
      WEB_URL: ports.web === null ? null : `http://127.0.0.1:${ports.web}`,
      PUBLISHABLE_KEY: publishableKey,
      SECRET_KEY: secretKey,
      JWT_SECRET: jwtSecret,
      ANON_KEY: publishableKey,
      SERVICE_ROLE_KEY: secretKey,
      DEMO_EMAIL: DEMO_ACCOUNT.email,
      DEMO_PASSWORD: DEMO_ACCOUNT.password,
      WORKERS: await fetchWorkers(apiUrl, secretKey),
    };
    console.log(JSON.stringify(status, null, 2));
  });
}
