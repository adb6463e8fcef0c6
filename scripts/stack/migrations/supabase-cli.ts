/** Runs the real `supabase` command line tool that npm installed. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface CliResult {
  readonly code: number;
  readonly output: string;
}

const PLATFORMS: Record<string, string> = { linux: "linux", darwin: "darwin", windows: "windows" };
const ARCHITECTURES: Record<string, string> = { x86_64: "x64", aarch64: "arm64" };

export async function runSupabaseCli(args: string[], options: { projectDir: string }): Promise<CliResult> {
  const command = new Deno.Command(findBinary(), {
    args: [...args, "--workdir", options.projectDir, "--agent", "no"],
    cwd: options.projectDir,
    // The tool must neither ask nor report home.
    env: { DO_NOT_TRACK: "1", SUPABASE_TELEMETRY_DISABLED: "1", NO_COLOR: "1", CI: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, output: `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trim() };
}

/** The shim of the package would start a second process, which a signal does not reach. */
function findBinary(): string {
  const platform = `${PLATFORMS[Deno.build.os]}-${ARCHITECTURES[Deno.build.arch]}`;
  const suffix = Deno.build.os === "windows" ? ".exe" : "";
  const require = createRequire(import.meta.url);
  for (const name of [`@supabase/cli-${platform}`, `@supabase/cli-${platform}-musl`]) {
    try {
      return join(dirname(require.resolve(`${name}/package.json`)), "bin", `supabase${suffix}`);
    } catch {
      // The other C library, or not installed at all.
    }
  }
  throw new Error(
    `The supabase command line tool for ${platform} is not installed: run npm ci --include=dev`,
  );
}
