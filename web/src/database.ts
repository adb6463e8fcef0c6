/** The connection to Supabase: Auth, and the Data API under RLS. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { SUPABASE_PUBLISHABLE_KEY, SUPABASE_URL } from "./environment.ts";

export type Database = SupabaseClient;

/** `null` when the page was built without an address and a key. */
export const database: Database | null = SUPABASE_URL && SUPABASE_PUBLISHABLE_KEY
  ? createClient(SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY)
  : null;
