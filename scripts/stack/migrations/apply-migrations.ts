/** Brings a database to the state of `supabase/migrations` and seeds it once. */

import { runSupabaseCli } from "./supabase-cli.ts";

export interface ApplyMigrationsOptions {
  /** The folder that holds `supabase/`. */
  projectDir: string;
  /** As `postgres`, the role that runs migrations on the platform. */
  dbUrl: string;
  seed: boolean;
  log: (line: string) => void;
}

/** Only what is pending is applied. A failure carries the tool's own words. */
export async function applyMigrations(options: ApplyMigrationsOptions): Promise<void> {
  const { projectDir, dbUrl, seed, log } = options;
  const { code, output } = await runSupabaseCli([
    ...["db", "push", `--remote=${dbUrl}?sslmode=disable`, "--include-all", "--skip-vault", "--yes"],
    ...(seed ? ["--include-seed"] : []),
  ], { projectDir });
  const lines = output.split("\n").map((line) => line.trim());
  if (code !== 0) throw new Error(`Cannot apply the migrations:\n${output}`);
  for (const line of lines) if (/^(Applying|Seeding|Updating)/.test(line)) log(line);
}
