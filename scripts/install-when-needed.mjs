/** Installs the dependencies when the lockfile is newer than what is installed; runs before `npm start`, on Node alone. */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function modifiedAt(...path) {
  return statSync(join(root, ...path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

// npm writes the second file at the end of every install.
if (modifiedAt("node_modules", ".package-lock.json") < modifiedAt("package-lock.json")) {
  console.log("Installing dependencies (npm ci)");
  const npm = process.env.npm_execpath;
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: true });
  if (status !== 0) {
    console.error("Cannot install the dependencies: see the messages of npm above");
    process.exit(1);
  }
}
