/** Where to talk to, and as whom: from the environment, else from the running `npm start`. */
import { fileURLToPath } from "node:url";
import { UsageError } from "./usage-error.ts";

export interface ChatTarget {
  apiUrl: string;
  publishableKey: string;
  studioUrl: string | null;
  account: { email: string; password: string } | { accessToken: string };
}

/** @throws UsageError when neither names a complete target. */
export async function findChatTarget(): Promise<ChatTarget> {
  const apiUrl = Deno.env.get("SUPABASE_URL");
  if (!apiUrl) return await targetOfRunningStack();
  const account = accountOfEnvironment();
  if (!account) {
    throw new UsageError(
      "SUPABASE_URL is set but no account: set PARLEY_EMAIL and PARLEY_PASSWORD, or PARLEY_ACCESS_TOKEN",
    );
  }
  const publishableKey = Deno.env.get("SUPABASE_PUBLISHABLE_KEY");
  if (!publishableKey) {
    throw new UsageError("SUPABASE_URL is set but SUPABASE_PUBLISHABLE_KEY is not: set both");
  }
  return { apiUrl, publishableKey, studioUrl: null, account };
}

function accountOfEnvironment(): ChatTarget["account"] | null {
  const accessToken = Deno.env.get("PARLEY_ACCESS_TOKEN");
  if (accessToken) return { accessToken };
  const email = Deno.env.get("PARLEY_EMAIL");
  const password = Deno.env.get("PARLEY_PASSWORD");
  return email && password ? { email, password } : null;
}

/** Asks in a process of its own: `status` is the one interface of the stack that scripts may rely on. */
async function targetOfRunningStack(): Promise<ChatTarget> {
  const script = fileURLToPath(new URL("../status.ts", import.meta.url));
  const args = ["run", "--allow-all", "--quiet", "--no-check", script];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) {
    throw new UsageError(new TextDecoder().decode(stderr).trim() || "Parley is not running: run npm start");
  }
  const status = JSON.parse(new TextDecoder().decode(stdout));
  return {
    apiUrl: status.API_URL,
    publishableKey: status.PUBLISHABLE_KEY,
    studioUrl: status.STUDIO_URL ?? null,
    account: accountOfEnvironment() ?? { email: status.DEMO_EMAIL, password: status.DEMO_PASSWORD },
  };
}
