/** Gets access tokens for the session client. */
import { createClient } from "@supabase/supabase-js";
import { accessTokenOf, type GetAccessToken } from "../../web/src/client/mod.ts";
import type { ChatTarget } from "./chat-target.ts";
import { UsageError } from "./usage-error.ts";

/** @throws UsageError when the account is refused or nothing answers. */
export async function signIn({ apiUrl, publishableKey, account }: ChatTarget): Promise<GetAccessToken> {
  if ("accessToken" in account) return () => Promise.resolve(account.accessToken);
  const supabase = createClient(apiUrl, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { error } = await supabase.auth.signInWithPassword(account);
  if (error?.name === "AuthRetryableFetchError") {
    throw new UsageError(`Nothing answers at ${apiUrl}: run npm start, or check SUPABASE_URL`);
  }
  if (error) throw new UsageError(`Cannot sign in "${account.email}": ${error.message}`);
  return accessTokenOf(supabase);
}
