/** Finds the functions of a folder and how each is configured. */

import { dirname, isAbsolute, join } from "node:path";
import { isExisting } from "../files/is-existing.ts";
import type { FunctionConfig } from "./functions-runtime.ts";

export interface FunctionDefinition {
  readonly name: string;
  readonly directory: string;
  readonly entrypoint: string;
  /** The nearest deno.json, or the import map named by config.toml. */
  readonly configFile: string | undefined;
  readonly verifyJwt: boolean;
}

/** Undefined when the folder, the entry point or the permission of config.toml is missing. */
export async function findFunction(
  name: string,
  options: { functionsDir: string; config?: FunctionConfig | undefined },
): Promise<FunctionDefinition | undefined> {
  // The name comes from a URL: it must not leave the folder.
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) return undefined;
  const { functionsDir, config = {} } = options;
  if (config.enabled === false) return undefined;
  const projectDir = dirname(functionsDir);
  const directory = join(functionsDir, name);
  const entrypoint = config.entrypoint ? resolve(projectDir, config.entrypoint) : join(directory, "index.ts");
  if (!await isExisting(entrypoint)) return undefined;
  return {
    name,
    directory,
    entrypoint,
    configFile: config.import_map
      ? resolve(projectDir, config.import_map)
      : await firstExisting([directory, functionsDir]),
    verifyJwt: config.verify_jwt ?? true,
  };
}

function resolve(base: string, path: string): string {
  return isAbsolute(path) ? path : join(base, path);
}

async function firstExisting(folders: string[]): Promise<string | undefined> {
  for (const folder of folders) {
    for (const file of ["deno.json", "deno.jsonc"]) {
      if (await isExisting(join(folder, file))) return join(folder, file);
    }
  }
  return undefined;
}
