/** Why an environment refuses to make a socket. Its own words may quote the access token, which belongs on no screen. */
import type { WireError } from "./protocol.ts";

const SENTENCES: Readonly<Record<string, string>> = {
  SecurityError: "A page that came over https can connect to an https address only.",
  SyntaxError: "The access token has characters that cannot be sent, or the address is not valid.",
};

export function toCannotConnect(error: unknown): WireError {
  const name = error instanceof Error ? error.name : "Error";
  const message = SENTENCES[name] ?? `The connection cannot be opened here (${name}).`;
  return { type: "connection", code: "cannot_connect", message, retryable: false };
}
