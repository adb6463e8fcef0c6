/** Runs the real `supabase` command line tool that npm installed, on this checkout. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../stack/project-root.ts";
import type { CliRun } from "./supabase-cli.ts";

export async function runInstalledCli(args: string[], environment: Record<string, string>): Promise<CliRun> {
  const manifest = createRequire(import.meta.url).resolve("supabase/package.json");
  const script = join(dirname(manifest), "dist", "supabase.js");
  const { code, stdout, stderr } = await new Deno.Command(Deno.env.get("npm_node_execpath") ?? "node", {
    args: [script, ...args, "--workdir", PROJECT_ROOT, "--agent", "no"],
    // The tool must neither ask nor report home.
    env: { DO_NOT_TRACK: "1", SUPABASE_TELEMETRY_DISABLED: "1", NO_COLOR: "1", CI: "1", ...environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
