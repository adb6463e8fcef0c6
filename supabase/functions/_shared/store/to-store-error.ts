/** What a failed call of the Data API means. */
import { StoreError, type StoreErrorCode } from "./store-error.ts";

/** Classes of SQLSTATE that a repeat may get past: connection, rollback, resources, operator, system. */
const TRANSIENT_CLASSES = ["08", "40", "53", "57", "58"];

export function toStoreError(operation: string, error: { code?: string; message: string }): StoreError {
  const message = `Cannot ${operation}: ${error.message}`;
  return new StoreError(codeOf(error.code ?? ""), message, { cause: error });
}

function codeOf(code: string): StoreErrorCode {
  if (code === "P0002") return "session_not_found";
  if (code === "42501") return "forbidden";
  // No code at all: the request did not reach the database. PGRST0xx: the API has lost it.
  const isTransient = code === "" || code.startsWith("PGRST0") ||
    TRANSIENT_CLASSES.includes(code.slice(0, 2));
  return isTransient ? "storage_unavailable" : "storage_refused";
}
