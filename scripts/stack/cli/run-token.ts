/** Prints an access token, for wscat and curl. */

import { DEMO_ACCOUNT } from "../start-stack.ts";
import {
  DATA_DIR_OPTION,
  dataDirOf,
  type OptionDefinition,
  readOptions,
  runCommand,
  UsageError,
} from "./command-line.ts";
import { requireRunningInstance } from "./require-running-instance.ts";

const OPTIONS = {
  ...DATA_DIR_OPTION,
  email: { default: DEMO_ACCOUNT.email, help: "account to sign in" },
  password: { default: DEMO_ACCOUNT.password, help: "its password" },
} satisfies Record<string, OptionDefinition>;

export async function runToken(args: string[]): Promise<void> {
  await runCommand(async () => {
    const { email, password, ...options } = readOptions(args, OPTIONS);
    const { installation, apiUrl } = await requireRunningInstance(await dataDirOf(options));
    const response = await fetch(`${apiUrl}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: { apikey: installation.publishableKey, "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    const answer = await response.json();
    if (!response.ok) throw new UsageError(`Cannot sign in "${email}": ${answer.msg ?? answer.message}`);
    console.log(answer.access_token);
  });
}
