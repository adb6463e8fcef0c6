/** The command line of one worker process. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FunctionDefinition } from "./discover-functions.ts";

const PRELUDE = fileURLToPath(new URL("./worker/prelude.ts", import.meta.url));

/** The Deno binary itself: a wrapper would get the signals that are meant for the worker. */
export function denoBinary(): string {
  const packageFile = createRequire(import.meta.url).resolve("deno/package.json");
  return join(dirname(packageFile), Deno.build.os === "windows" ? "deno.exe" : "deno");
}

export function workerArguments(definition: FunctionDefinition, options: { memoryMb: number }): string[] {
  return [
    "run",
    ...["--no-prompt", "--no-check", "--quiet", "--no-lock"],
    // Everything comes from node_modules: a start without network behaves like one with it.
    ...["--no-remote", "--cached-only", "--node-modules-dir=manual"],
    ...configArguments(definition.configFile),
    `--v8-flags=--max-old-space-size=${options.memoryMb}`,
    // As on the platform: network, own files and a scratch folder, but no subprocess and no native code.
    ...["--allow-net", "--allow-env", "--allow-read", "--allow-sys", "--allow-write=/tmp"],
    PRELUDE,
  ];
}

function configArguments(configFile: string | undefined): string[] {
  if (!configFile) return ["--no-config"];
  return /(^|[\\/])deno\.jsonc?$/.test(configFile)
    ? [`--config=${configFile}`]
    : ["--no-config", `--import-map=${configFile}`];
}
