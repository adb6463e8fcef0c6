/** A signed-up user of the target, with the official client. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../../functions/_shared/database.types.ts";
import type { Target } from "./target.ts";

export interface TestUser {
  userId: string;
  email: string;
  accessToken: string;
  supabase: SupabaseClient<Database>;
}

const PASSWORD = "correct horse battery";

export async function signUp({ apiUrl, publishableKey }: Target): Promise<TestUser> {
  const supabase = createClient<Database>(apiUrl, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const email = `${crypto.randomUUID()}@example.com`;
  const { data, error } = await supabase.auth.signUp({ email, password: PASSWORD });
  if (error || !data.session || !data.user) throw new Error("Cannot sign up", { cause: error });
  return { userId: data.user.id, email, accessToken: data.session.access_token, supabase };
}

/** The service role, which sees everything. */
export function openAdmin({ apiUrl, secretKey }: Target): SupabaseClient<Database> {
  return createClient<Database>(apiUrl, secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}
