/** Runs in each worker before the function: makes plain Deno look like the edge runtime, then imports the function. */

import { pathToFileURL } from "node:url";
import type { UnloadReason, WorkerCommand } from "../worker-protocol.ts";
import { createPendingPromises } from "./pending-promises.ts";
import { reportConsole } from "./report-console.ts";
import { installServe } from "./serve-function.ts";
import { openSupervisorChannel } from "./supervisor-channel.ts";
import { watchMemory } from "./watch-memory.ts";

const supervisor = await openSupervisorChannel();
const { boot, report } = supervisor;
let leaveWhenIdle: "early_drop" | "termination" | undefined;

reportConsole((level, text) => report({ type: "log", level, text }));
// Ctrl-C reaches the whole process group; only the supervisor decides when a worker ends.
Deno.addSignalListener("SIGINT", () => {});
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => {});
for (const name of boot.hiddenVariables) Deno.env.delete(name);

const pendingPromises = createPendingPromises({
  onIdle: leaveIfIdle,
  onRejected: (reason) => console.error("A promise given to EdgeRuntime.waitUntil was rejected:", reason),
});
Object.defineProperty(globalThis, "EdgeRuntime", {
  value: { waitUntil: pendingPromises.waitUntil },
  configurable: true,
});
const server = installServe((port) => report({ type: "listening", port }));
watchMemory(boot.memoryMb, (limit, usedMb) => {
  report({ type: "memory", limit, usedMb });
  if (limit === "near") dispatchBeforeUnload("memory");
});
// A pipe that ends means that the supervisor is gone, even by SIGKILL: nobody would ever stop this process.
supervisor.run(obey).finally(() => Deno.exit(0));

try {
  server.serveDefaultExport(await import(pathToFileURL(boot.entrypoint).href));
  if (!server.isServing()) {
    throw new Error("The function serves nothing: call Deno.serve(handler) or export default { fetch }");
  }
} catch (error) {
  console.error(error);
  report({ type: "leaving", reason: "boot_error" });
  Deno.exit(1);
}

function obey(command: WorkerCommand): void {
  switch (command.type) {
    case "drain":
      return void dispatchEvent(new Event("drain"));
    case "beforeunload":
      return dispatchBeforeUnload(command.reason);
    case "leave":
      leaveWhenIdle = command.reason;
      return leaveIfIdle();
  }
}

function leaveIfIdle(): void {
  if (!leaveWhenIdle || pendingPromises.count() > 0) return;
  report({ type: "leaving", reason: leaveWhenIdle });
  if (leaveWhenIdle === "early_drop") dispatchBeforeUnload("early_drop");
  Deno.exit(0); // dispatches `unload`
}

function dispatchBeforeUnload(reason: UnloadReason): void {
  dispatchEvent(new CustomEvent("beforeunload", { detail: reason }));
}
