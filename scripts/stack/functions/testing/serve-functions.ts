/** A small gateway in front of startFunctions(), as the stack's own has it. */

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { listenWithUpgrades } from "../listen-with-upgrades.ts";
import {
  type FunctionLogLine,
  type FunctionsOptions,
  type FunctionsRuntime,
  startFunctions,
} from "../start-functions.ts";

export interface ServedFunctions extends AsyncDisposable {
  readonly runtime: FunctionsRuntime;
  readonly lines: FunctionLogLine[];
  readonly texts: () => string[];
  /** `http://127.0.0.1:<port>/functions/v1/<path>` */
  readonly url: (path: string) => string;
  readonly socketUrl: (path: string) => string;
}

const FIXTURES_DIR = fileURLToPath(new URL("./functions", import.meta.url));

/** Serves the fixture functions, tokens unchecked, unless told otherwise. */
export async function serveFunctions(options: Partial<FunctionsOptions> = {}): Promise<ServedFunctions> {
  const lines: FunctionLogLine[] = [];
  const runtime = await startFunctions({
    functionsDir: FIXTURES_DIR,
    env: {},
    verifyJwt: () => Promise.resolve(true),
    log: (line) => lines.push(line),
    ...options,
  });
  const server = createServer((request, response) => {
    runtime.handleRequest(request, response, functionNameOf(request.url));
  });
  server.on("upgrade", (request, socket, head) => {
    runtime.handleUpgrade(request, socket, head, functionNameOf(request.url));
  });
  const listening = await listenWithUpgrades(server, { hostname: "127.0.0.1", port: 0 });
  const { port } = listening;
  return {
    runtime,
    lines,
    texts: () => lines.map((line) => line.text),
    url: (path) => `http://127.0.0.1:${port}/functions/v1/${path}`,
    socketUrl: (path) => `ws://127.0.0.1:${port}/functions/v1/${path}`,
    async [Symbol.asyncDispose]() {
      await runtime.stop();
      await listening.close();
    },
  };
}

function functionNameOf(url: string | undefined): string {
  return url?.split(/[/?]/)[3] ?? "";
}
