/**
 * Runs the chat with the Deno that npm installed. Unlike the other scripts it owns the terminal, so it stays in the
 * foreground and Ctrl-C reaches it without help from here.
 */

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";

function findDeno() {
  try {
    return createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
  } catch (error) {
    console.error(
      error.code === "MODULE_NOT_FOUND" ? "Nothing is installed yet: run npm start" : error.message,
    );
    process.exit(1);
  }
}

const script = fileURLToPath(new URL("../chat.ts", import.meta.url));
const chat = spawn(findDeno(), ["run", "--allow-all", "--quiet", script, ...process.argv.slice(2)], {
  cwd: fileURLToPath(new URL("../..", import.meta.url)),
  stdio: "inherit",
});
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => chat.kill(signal));
chat.on("exit", (code) => process.exit(code ?? 1));
