/** The `verify_jwt` check in front of a function. */

import type { IncomingMessage } from "node:http";
import { ERROR_ANSWERS, type ErrorAnswer } from "./error-answers.ts";

export interface AuthorizeOptions {
  verifyJwt: (token: string) => Promise<boolean>;
  /** The publishable and secret keys, accepted too: the check only says that somebody may knock. */
  apiKeys: ReadonlySet<string>;
}

/** The answer for a request that must not reach the function, or undefined when it may. */
export async function authorizeRequest(
  request: IncomingMessage,
  options: AuthorizeOptions,
): Promise<ErrorAnswer | undefined> {
  // A browser's preflight cannot carry a token.
  if (request.method === "OPTIONS") return undefined;
  const { authorization, apikey } = request.headers;
  if (typeof apikey === "string" && options.apiKeys.has(apikey)) return undefined;
  if (!authorization) return ERROR_ANSWERS.noAuthorization;
  const token = /^bearer (.+)$/i.exec(authorization)?.[1];
  if (token === undefined) return ERROR_ANSWERS.invalidToken;
  if (options.apiKeys.has(token) || await options.verifyJwt(token)) return undefined;
  return ERROR_ANSWERS.invalidToken;
}

/** The values of the two key dictionaries in the functions' environment. */
export function apiKeysOf(env: Record<string, string>): ReadonlySet<string> {
  const dictionaries = [env["SUPABASE_PUBLISHABLE_KEYS"], env["SUPABASE_SECRET_KEYS"]];
  return new Set(dictionaries.flatMap((json) => Object.values<string>(JSON.parse(json || "{}"))));
}
