/** The commands as a user runs them: one start, asked, refused a second time, stopped. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { findServerAccount } from "../postgres/server-account.ts";
import { createTraversableFolder } from "../postgres/traversable-folder.ts";
import { PROJECT_ROOT } from "../project-root.ts";

const START_TIMEOUT_MS = 60_000;
const ANY_PORTS = ["--api-port", "0", "--db-port", "0", "--studio-port", "0", "--web-port", "0", "--no-web"];

function node(script: string, args: string[]): Deno.Command {
  return new Deno.Command("node", {
    args: [join(PROJECT_ROOT, "scripts", "run-deno.mjs"), script, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function run(script: string, args: string[]) {
  const { code, stdout, stderr } = await node(script, args).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

async function readUntil(stream: ReadableStream<Uint8Array>, words: string): Promise<string> {
  const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
  let text = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream(), { signal: timeout })) {
    text += piece;
    if (text.includes(words)) break;
  }
  return text;
}

Deno.test("start, status, token, a second start, SIGTERM, reset", async () => {
  const dataDir = await createTraversableFolder({ account: findServerAccount() });
  const here = ["--data-dir", dataDir];
  assertEquals((await run("status.ts", here)).code, 1);

  const start = node("start.ts", [...here, ...ANY_PORTS]).spawn();
  const errors = new Response(start.stderr).text();
  const table = await readUntil(start.stdout, "Ctrl-C stops");
  const status = JSON.parse((await run("status.ts", here)).stdout);
  const token = await run("token.ts", here);
  const user = await fetch(`${status.API_URL}/auth/v1/user`, {
    headers: { apikey: status.PUBLISHABLE_KEY, authorization: `Bearer ${token.stdout.trim()}` },
  });
  const second = await run("start.ts", [...here, ...ANY_PORTS]);
  const busy = await run("start.ts", [
    "--data-dir",
    `${dataDir}-other`,
    "--no-web",
    "--api-port",
    new URL(status.API_URL).port,
  ]);
  const early = await run("reset.ts", here);
  start.kill("SIGTERM");
  const { code } = await start.status;

  assertStringIncludes(table, status.STUDIO_URL);
  assertEquals([status.DEMO_EMAIL, status.WEB_URL, status.WORKERS], ["demo@parley.local", null, []]);
  assertEquals((await user.json()).email, status.DEMO_EMAIL);
  assertEquals(second.code, 1);
  assertStringIncludes(second.stderr, "Parley runs already");
  assertStringIncludes(busy.stderr, "--api-port <number>");
  assertEquals(early.code, 1);
  assertEquals([code, await errors], [0, ""]);
  assertEquals((await run("reset.ts", here)).code, 0);
  assertEquals(await Array.fromAsync(Deno.readDir(dataDir)), []);
  await Deno.remove(dataDir);
});
