/** Says in plain words why something could not be done. */
import { SupabaseRequestError } from "../client/mod.ts";

export function toRequestMessage(error: unknown): string {
  return error instanceof SupabaseRequestError && error.failure !== "unreachable"
    ? error.message
    : "The server cannot be reached right now. Try again in a moment.";
}
