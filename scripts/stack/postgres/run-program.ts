/** Runs one program to its end, as the server account when there is one. */

import type { ServerAccount } from "./server-account.ts";

export interface ProgramResult {
  readonly code: number;
  readonly output: string;
}

// LC_ALL is fixed because Postgres refuses to start on macOS without one, and messages are read by us.
const ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" };

/** A failure is a result, not an exception: the caller knows what the code means. */
export async function runProgram(
  path: string,
  options: { args: string[]; account?: ServerAccount | undefined },
): Promise<ProgramResult> {
  const { account, args } = options;
  const command = new Deno.Command(path, {
    args,
    // The working directory may be one that the account cannot enter.
    cwd: Deno.build.os === "windows" ? undefined : "/",
    clearEnv: Deno.build.os !== "windows",
    env: ENVIRONMENT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  try {
    const { code, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    return { code, output: `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trim() };
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotFound)) {
      throw error;
    }
    return { code: 126, output: error.message };
  }
}
