/** Runs one call on the memory database, as a network would let it: late, lost on the way, or answered into the void. */
import { StoreError } from "../store-error.ts";

/** `request-lost`: nothing happened in the database. `response-lost`: it happened, and the caller never hears. */
export type Fault = "none" | "request-lost" | "response-lost";

export interface FaultOptions<Operation extends string> {
  /** Asked before each call; may take its time, which delays the call. */
  fault?: (operation: Operation) => Fault | Promise<Fault>;
}

export async function runWithFault<Operation extends string, Answer>(
  operation: Operation,
  { fault }: FaultOptions<Operation>,
  run: () => Answer,
): Promise<Answer> {
  const injected = await fault?.(operation) ?? "none";
  if (injected === "request-lost") throw lost(operation);
  const answer = run();
  if (injected === "response-lost") throw lost(operation);
  return answer;
}

function lost(operation: string): StoreError {
  return new StoreError("storage_unavailable", `Cannot call ${operation}: the connection was lost`);
}
