/** One call of a database function through supabase-js, with a deadline and typed failures. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../database.types.ts";
import { StoreError } from "./store-error.ts";
import { toStoreError } from "./to-store-error.ts";

export type ServerClient = SupabaseClient<Database>;
type Functions = Database["public"]["Functions"];
export type FunctionName = keyof Functions;
export type FunctionArguments<Name extends FunctionName> = Functions[Name]["Args"];

/** Longer than any call takes; a database that is silent for so long may as well be gone. */
const CALL_TIMEOUT_MS = 10_000;

/** What the function answered. The database's own functions are trusted to keep the types of the port. */
export async function callRpc<Name extends FunctionName>(
  client: ServerClient,
  call: { name: Name; parameters: FunctionArguments<Name> },
): Promise<unknown> {
  const { name, parameters } = call;
  const { data, error } = await client
    .rpc(name, parameters)
    .abortSignal(AbortSignal.timeout(CALL_TIMEOUT_MS))
    .then((answer) => answer, (cause) => {
      throw new StoreError("storage_unavailable", `Cannot call ${name}: ${cause}`, { cause });
    });
  if (error) throw toStoreError(`call ${name}`, error);
  return data;
}
