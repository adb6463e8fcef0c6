/** Starts what answers over HTTP: the Data API, Auth and Realtime behind the gateway, and Studio. */

import { type AccessTokens, createAccessTokens } from "./auth/access-tokens.ts";
import type { Cleanup } from "./cleanup.ts";
import type { ProjectConfig } from "./config/read-project-config.ts";
import type { FunctionsRuntime } from "./functions/functions-runtime.ts";
import { routeApiRequest } from "./gateway/route-api-request.ts";
import { startGateway } from "./gateway/start-gateway.ts";
import type { Installation } from "./installation/installation.ts";
import { startLite } from "./lite/start-lite.ts";
import type { PostgresServer } from "./postgres/start-postgres.ts";
import type { Realtime } from "./realtime/realtime.ts";
import { startRealtime } from "./realtime/start-realtime.ts";
import type { StackOptions } from "./stack.ts";
import { startStudio } from "./studio/start-studio.ts";

export interface ApiOptions extends Pick<StackOptions, "ports" | "tokenAlgorithm" | "realtime"> {
  database: PostgresServer;
  installation: Installation;
  config: ProjectConfig;
  /** Undefined until they are started, which needs the URL of the API. */
  functions: () => FunctionsRuntime | undefined;
  log: (line: string) => void;
}

export interface Api {
  readonly apiUrl: string;
  readonly ports: { readonly api: number; readonly studio: number };
  readonly tokens: AccessTokens;
  readonly realtime: Realtime | undefined;
}

export async function startApi(options: ApiOptions, cleanup: Cleanup): Promise<Api> {
  const { database, installation, config, functions, ports = {}, log } = options;
  const tokens = await createAccessTokens(installation, { algorithm: options.tokenAlgorithm ?? "ES256" });
  const lite = await startLite({
    adminUrl: database.url(),
    requestUrl: database.url("authenticator"),
    jwtSecret: installation.jwtSecret,
    config,
  });
  cleanup.defer(() => lite.stop());
  const realtime = config.isRealtimeEnabled
    ? startRealtime({
      ...options.realtime,
      dbUrl: database.url(),
      identity: { keys: installation, tokens },
      log,
    })
    : undefined;
  cleanup.defer(() => realtime?.stop());
  const gateway = await startGateway({
    port: ports.api ?? 0,
    answer: (request) =>
      routeApiRequest(request, {
        ...{ lite, realtime, keys: installation, tokens, apiUrl },
        workers: () => functions()?.workers() ?? [],
      }),
    functions,
    realtime,
    log,
  });
  cleanup.defer(() => gateway.stop());
  const apiUrl = `http://127.0.0.1:${gateway.port}`;
  const studio = startStudio({ port: ports.studio ?? 0, fetchStudio: lite.fetchStudio });
  cleanup.defer(() => studio.stop());
  return { apiUrl, ports: { api: gateway.port, studio: studio.port }, tokens, realtime };
}
