/** Answers what the gateway serves itself: `/rest/v1`, `/auth/v1`, `/realtime/v1`, and everything that is not there. */

import type { AccessTokens } from "../auth/access-tokens.ts";
import { toExternalResponse, toInternalHeaders } from "../auth/translate-auth-tokens.ts";
import type { WorkerInfo } from "../functions/functions-runtime.ts";
import type { Lite } from "../lite/start-lite.ts";
import type { Realtime } from "../realtime/realtime.ts";
import { type ApiKeys, authorizeDataRequest, checkApiKey } from "./authorize-api-request.ts";
import { allowCrossOrigin, answerPreflight, isPreflight } from "./cross-origin.ts";
import { WORKERS_PATH } from "./workers-path.ts";

export interface ApiServices {
  lite: Lite;
  /** Undefined when the project has switched it off. */
  realtime: Realtime | undefined;
  keys: ApiKeys;
  tokens: AccessTokens;
  /** The `iss` of access tokens is this with `/auth/v1`. */
  apiUrl: string;
  /** The function workers of this moment. */
  workers: () => WorkerInfo[];
}

/** Auth paths that a browser opens without a key. */
const OPEN_AUTH_PATHS = /^\/auth\/v1\/(verify|callback|authorize|\.well-known\/)/;

export async function routeApiRequest(request: Request, services: ApiServices): Promise<Response> {
  if (isPreflight(request)) return answerPreflight(request);
  return allowCrossOrigin(await route(request, services));
}

async function route(request: Request, services: ApiServices): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (isBelow("/rest/v1", pathname)) return await answerData(request, services);
  if (pathname === "/auth/v1/.well-known/jwks.json") return Response.json(services.tokens.jwks);
  if (isBelow("/auth/v1", pathname)) return await answerAuth(request, services);
  if (pathname === WORKERS_PATH && request.headers.get("apikey") === services.keys.secretKey) {
    return Response.json(services.workers());
  }
  if (services.realtime && isBelow("/realtime/v1", pathname)) return await services.realtime.answer(request);
  return Response.json({ message: "no Route matched with those values" }, { status: 404 });
}

async function answerData(request: Request, services: ApiServices): Promise<Response> {
  const authorization = await authorizeDataRequest(request, services);
  if ("refusal" in authorization) return authorization.refusal;
  return await services.lite.fetchData(request, authorization.caller);
}

async function answerAuth(request: Request, { lite, keys, tokens, apiUrl }: ApiServices): Promise<Response> {
  if (!OPEN_AUTH_PATHS.test(new URL(request.url).pathname)) {
    const key = checkApiKey(request, keys);
    if ("refusal" in key) return key.refusal;
  }
  const headers = await toInternalHeaders(request.headers, tokens);
  const answer = await lite.fetchAuth(new Request(request, { headers }));
  return await toExternalResponse(answer, { tokens, issuer: `${apiUrl}/auth/v1` });
}

function isBelow(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}
