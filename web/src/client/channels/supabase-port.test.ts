import { assert } from "@std/assert";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../../../supabase/functions/_shared/database.types.ts";
import type { SupabasePort } from "./supabase-port.ts";

Deno.test("a SupabaseClient fits the port, with the types of a database and without", () => {
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const plain: SupabaseClient = createClient("http://127.0.0.1:54321", "key", options);
  const typed: SupabaseClient<Database> = createClient<Database>("http://127.0.0.1:54321", "key", options);

  const ports: SupabasePort[] = [plain, typed];

  for (const port of ports) assert(typeof port.channel === "function" && typeof port.rpc === "function");
});
