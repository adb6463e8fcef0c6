/** Says why a session is not connected any more, and what to do. */
import { closeActionOf } from "../client/mod.ts";

const ADVICE: Readonly<Record<number, string>> = {
  1008: "The server refused what this page sent. Reload the page to go on.",
  1009: "The last message was too big for the server. Send a shorter one.",
  4401: "The server did not accept your sign-in. Connect again, or sign out and in to go on.",
  4403: "This session cannot be opened. It may belong to another account.",
  4408: "The session was put to rest because nothing happened. Send a message to go on.",
  4409: "This session was opened elsewhere.",
};

export function toStopAdvice(code: number): string {
  return ADVICE[code] ??
    (closeActionOf(code) === "stop"
      ? "The connection was closed."
      : "The connection was lost. Connect again to go on.");
}
