/** Keeps the Postgres client from throwing where nobody can catch it when a connection is lost. */

import { mendImmediates } from "./mend-immediates.ts";

let isMended = false;

/** Call before the first connection; a second call does nothing. */
export function mendPostgresClient(): void {
  if (isMended) return;
  isMended = true;
  mendImmediates();
  addEventListener("error", (event) => {
    if (isLateTimeout(event.error)) event.preventDefault();
  });
}

/** The client has told whoever waited for the connection; the socket that it goes on to destroy is gone already. */
function isLateTimeout(error: unknown): boolean {
  return error instanceof TypeError && /reading 'destroy'/.test(error.message) &&
    /connectTimedOut/.test(error.stack ?? "");
}
