/** Installs the dependencies when other ones are locked than are installed; runs before `npm start`, on Node alone. */

import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const locked = join(root, "package-lock.json");
// npm writes it at the end of every install.
const installed = join(root, "node_modules", ".package-lock.json");

function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

function isInstalled() {
  if (modifiedAt(installed) === 0) return false;
  if (modifiedAt(installed) >= modifiedAt(locked)) return true;
  // A new lockfile may say the same, after a change of branches for example.
  const present = readPackages(installed);
  return Object.entries(readPackages(locked)).every(([path, { version, optional }]) =>
    path === "" || present[path]?.version === version || (optional && !present[path])
  );
}

if (!isInstalled()) {
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
