/**
 * Runs a script of this folder with the Deno that npm installed, in a process group of its own: Ctrl-C reaches the
 * script once, as a signal from here, and not everything it started as well.
 */

import { spawn } from "node:child_process";
import process from "node:process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FORWARDED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
// The terminal and npm both pass on one Ctrl-C.
const SAME_PRESS_MS = 500;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

function findDeno() {
  try {
    // Links the program into place when install scripts are switched off.
    return createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
  } catch (error) {
    const isMissing = error.code === "MODULE_NOT_FOUND";
    console.error(isMissing ? "Nothing is installed yet: run npm start" : error.message);
    process.exit(1);
  }
}

const [script, ...args] = process.argv.slice(2);
const deno = spawn(findDeno(), ["run", "--allow-all", "--quiet", join(root, "scripts", script), ...args], {
  cwd: root,
  detached: process.platform !== "win32",
  // The script sees the end of its input when this process is killed.
  stdio: ["pipe", "inherit", "inherit"],
});
deno.stdin.on("error", () => {});

let lastInterrupt = -Infinity;
for (const signal of FORWARDED_SIGNALS) {
  process.on(signal, () => {
    const isRepeat = signal === "SIGINT" && performance.now() - lastInterrupt < SAME_PRESS_MS;
    if (signal === "SIGINT") lastInterrupt = performance.now();
    if (!isRepeat) deno.kill(signal);
  });
}
deno.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
