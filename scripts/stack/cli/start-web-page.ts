/** Serves the page with Vite, which runs in Node. */

import { join } from "node:path";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { isExisting } from "../files/is-existing.ts";
import { findFreePort } from "../ports/free-port.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import type { Stack } from "../stack.ts";

export interface WebPage {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

const HOSTNAME = "127.0.0.1";
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/** Undefined when this checkout has no page. */
export async function startWebPage(
  stack: Stack,
  options: { port: number; log: (line: string) => void },
): Promise<WebPage | undefined> {
  const webDir = join(PROJECT_ROOT, "web");
  if (!await isExisting(join(webDir, "index.html"))) return undefined;
  const port = options.port || findFreePort();
  const url = `http://${HOSTNAME}:${port}`;
  const vite = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin", "vite.js");
  const child = new Deno.Command(Deno.env.get("npm_node_execpath") ?? "node", {
    args: [
      vite,
      webDir,
      "--host",
      HOSTNAME,
      "--port",
      String(port),
      "--strictPort",
      "--clearScreen",
      "false",
    ],
    cwd: webDir,
    env: {
      VITE_SUPABASE_URL: stack.apiUrl,
      VITE_SUPABASE_PUBLISHABLE_KEY: stack.publishableKey,
      VITE_DEMO_EMAIL: stack.demo.email,
      VITE_DEMO_PASSWORD: stack.demo.password,
      VITE_STUDIO_URL: stack.studioUrl,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let isEnded = false;
  child.status.then(() => isEnded = true);
  const output: string[] = [];
  void forwardLines(child.stdout, (line) => output.push(line));
  void forwardLines(child.stderr, (line) => {
    output.push(line);
    options.log(`[web] ${line}`);
  });

  async function stop(): Promise<void> {
    if (!isEnded) child.kill("SIGTERM");
    await child.status;
  }

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!await answers(url)) {
    if (isEnded || Date.now() > deadline) {
      await stop();
      throw new Error(
        `Cannot serve the page on ${url}: ${output.join("\n") || "Vite did not start in time"}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { url, port, pid: child.pid, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return true;
  } catch {
    return false; // not listening yet
  }
}

async function forwardLines(stream: ReadableStream<Uint8Array>, send: (line: string) => void): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim()) send(line.trimEnd());
  }
}
