/** Makes `create extension pg_net`, `pg_cron` and `supabase_vault` work on the embedded Postgres. */

import { join } from "node:path";

interface Extension {
  readonly name: string;
  /** That of the platform, then our own number: raise it when the SQL file changes. */
  readonly version: string;
  /** From each of these an update to `version` is offered; it runs the same file, which is written to be repeatable. */
  readonly previousVersions: readonly string[];
  readonly comment: string;
  /** The only schema the extension may be created in. */
  readonly schema?: string;
}

const EXTENSIONS: readonly Extension[] = [
  { name: "pg_net", version: "0.20.5.1", previousVersions: [], comment: "Async HTTP" },
  {
    name: "pg_cron",
    version: "1.6.4.1",
    previousVersions: [],
    comment: "Job scheduler for PostgreSQL",
    schema: "pg_catalog",
  },
  {
    name: "supabase_vault",
    version: "0.3.1.1",
    previousVersions: [],
    comment: "Supabase Vault Extension",
    schema: "vault",
  },
];

export const EXTENSION_NAMES = EXTENSIONS.map(({ name }) => name);

/** Writes the control and SQL files into a share folder; a server that runs from it sees whole files at any time. */
export async function installExtensions(shareDir: string): Promise<void> {
  const folder = join(shareDir, "extension");
  for (const extension of EXTENSIONS) {
    const { name, version, previousVersions } = extension;
    const sql = await Deno.readTextFile(new URL(`./${name}.sql`, import.meta.url));
    for (const suffix of [version, ...previousVersions.map((previous) => `${previous}--${version}`)]) {
      await replaceFile(join(folder, `${name}--${suffix}.sql`), sql);
    }
    await replaceFile(join(folder, `${name}.control`), controlFile(extension));
  }
}

function controlFile({ version, comment, schema }: Extension): string {
  const lines = [
    `comment = '${comment}'`,
    `default_version = '${version}'`,
    "relocatable = false",
    "superuser = true",
    // The role `postgres` is no superuser, here as on the platform.
    "trusted = true",
    ...(schema ? [`schema = ${schema}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

async function replaceFile(path: string, content: string): Promise<void> {
  if (await Deno.readTextFile(path).catch(() => undefined) === content) return;
  const unfinished = `${path}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(unfinished, content, { mode: 0o644 });
  await Deno.rename(unfinished, path);
}
