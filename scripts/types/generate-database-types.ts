/** The types of the database as the `supabase` command line tool sees it, formatted like the rest of the code. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../stack/project-root.ts";

export const TYPES_FILE = join(PROJECT_ROOT, "supabase/functions/_shared/database.types.ts");

/** `dbUrl` is that of the role `postgres`. */
export async function generateDatabaseTypes(dbUrl: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve("supabase/package.json");
  const cli = join(dirname(manifest), "dist", "supabase.js");
  const types = await run("node", {
    args: [
      ...[cli, "gen", "types", "typescript", `--remote=${dbUrl}?sslmode=disable`, "--schema", "public"],
      ...["--workdir", PROJECT_ROOT, "--agent", "no"],
    ],
  });
  return await run(Deno.execPath(), {
    args: ["fmt", "--no-config", "--line-width", "110", "--ext", "ts", "-"],
    input: types,
  });
}

async function run(program: string, { args, input }: { args: string[]; input?: string }): Promise<string> {
  const child = new Deno.Command(program, {
    args,
    env: { DO_NOT_TRACK: "1", SUPABASE_TELEMETRY_DISABLED: "1", NO_COLOR: "1", CI: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  if (input !== undefined) await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot generate types: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}
