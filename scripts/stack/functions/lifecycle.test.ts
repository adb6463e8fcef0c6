/** The life cycle of real workers, its time in the test's hands wherever the platform counts in minutes. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { createFakeClock } from "./testing/fake-clock.ts";
import { openSocket } from "./testing/open-socket.ts";
import { type ServedFunctions, serveFunctions } from "./testing/serve-functions.ts";
import { waitUntil } from "./testing/wait-until.ts";

const CONFIGS = Object.fromEntries(
  ["echo", "socket", "broken", "greedy"].map((name) => [name, { verify_jwt: false }]),
);
const WALL_CLOCK_MS = 400_000;

async function serve(options: Parameters<typeof serveFunctions>[0] = {}) {
  const clock = createFakeClock();
  const served = await serveFunctions({
    configs: CONFIGS,
    clock,
    wallClockMs: WALL_CLOCK_MS,
    idleTimeoutMs: 1e9,
    ...options,
  });
  return { ...served, clock };
}

/** Opens a socket that has said hello. */
async function connect(served: ServedFunctions, path: string) {
  const client = openSocket(served.socketUrl(path));
  await waitUntil("the function says hello", () => client.messages.length);
  const { pid } = JSON.parse(client.messages[0]!);
  return { ...client, pid: pid as number };
}

function eventsOf(served: ServedFunctions, pid: number): string[] {
  return served.lines.filter((line) => line.pid === pid && line.text.startsWith("event ")).map((line) =>
    line.text
  );
}

async function isGone(served: ServedFunctions, pid: number): Promise<void> {
  await waitUntil(
    `worker ${pid} is gone`,
    () => !served.runtime.workers().some((worker) => worker.pid === pid),
  );
}

Deno.test("an idle worker is dropped at half of the wall clock, and told so", async () => {
  await using served = await serve();
  const client = await connect(served, "socket");
  client.socket.close(1000, "done");
  await client.closed;

  served.clock.advance(WALL_CLOCK_MS / 2);
  await isGone(served, client.pid);

  assertEquals(eventsOf(served, client.pid), [
    "event drain",
    "event beforeunload early_drop",
    "event unload",
  ]);
});

Deno.test("an open socket alone does not keep a worker beyond half of the wall clock", async () => {
  await using served = await serve();
  const client = await connect(served, "socket");

  served.clock.advance(WALL_CLOCK_MS / 2);

  assertEquals((await client.closed).code === 1000, false);
  await isGone(served, client.pid);
});

Deno.test("waitUntil() keeps a retired worker for its socket, and new requests get a new worker", async () => {
  await using served = await serve();
  const old = await connect(served, "socket?hold");

  served.clock.advance(WALL_CLOCK_MS / 2);
  await waitUntil("the function is told", () => old.messages.includes("drain"));
  const next = await connect(served, "socket?hold");

  assertNotEquals(next.pid, old.pid);
  const states = served.runtime.workers().map(({ pid, state }) => [pid, state]);
  assertEquals(states, [[old.pid, "retired"], [next.pid, "serving"]]);
  old.socket.send("still here");
  await waitUntil("the old socket still works", () => old.messages.includes("still here"));
  old.socket.close(1000, "done");
  await isGone(served, old.pid);
  assertEquals(eventsOf(served, old.pid), ["event drain", "event beforeunload early_drop", "event unload"]);
});

Deno.test("at 90 % the function is warned and can close its sockets with a code", async () => {
  await using served = await serve();
  const client = await connect(served, "socket?hold");

  served.clock.advance(WALL_CLOCK_MS * 0.9);

  assertEquals(await client.closed, { code: 1012, reason: "restarting", wasClean: true });
  await isGone(served, client.pid);
  assertEquals(client.messages.slice(1), ["drain", "beforeunload"]);
  assertEquals(eventsOf(served, client.pid).slice(0, 2), ["event drain", "event beforeunload wall_clock"]);
});

Deno.test("at 100 % the worker is killed, whatever it still does", async () => {
  await using served = await serve();
  const answer = fetch(served.url("echo/never"));
  await waitUntil("the worker serves", () => served.runtime.workers()[0]?.state === "serving");

  served.clock.advance(WALL_CLOCK_MS);

  const response = await answer;
  assertEquals([response.status, (await response.json()).code], [546, "WORKER_LIMIT"]);
  await waitUntil("no worker is left", () => served.runtime.workers().length === 0);
});

Deno.test("a request in flight keeps a retired worker from draining", async () => {
  await using served = await serve({ terminationGraceMs: 0 });
  const answer = fetch(served.url("echo/stream"));
  await waitUntil("the worker serves", () => served.runtime.workers()[0]?.state === "serving");

  served.clock.advance(WALL_CLOCK_MS / 2);

  assertEquals(await (await answer).text(), "first,second");
  await waitUntil("no worker is left", () => served.runtime.workers().length === 0);
});

Deno.test("the memory limit ends a worker inside and outside of the heap, after a warning", async () => {
  await using served = await serveFunctions({ configs: CONFIGS, memoryMb: 80 });
  for (const path of ["greedy", "greedy?external"]) {
    const response = await fetch(served.url(path));

    assertEquals([path, response.status, (await response.json()).code], [path, 546, "WORKER_LIMIT"]);
  }
  assert(served.texts().includes("warned memory"), served.texts().join("\n"));
});

Deno.test("retire() does now what half of the wall clock does", async () => {
  await using served = await serve();
  const old = await connect(served, "socket?hold");

  served.runtime.retire("socket");

  await waitUntil("the function is told", () => old.messages.includes("drain"));
  assertNotEquals((await connect(served, "socket?hold")).pid, old.pid);
});

Deno.test("stop() warns, lets sockets close, and kills what does not leave in time", async () => {
  const served = await serveFunctions({ configs: CONFIGS, terminationGraceMs: 300 });
  const client = await connect(served, "socket?hold");
  await (await fetch(served.url("echo/stubborn"))).text();

  await served[Symbol.asyncDispose]();

  assertEquals((await client.closed).code, 1012);
  assertEquals(eventsOf(served, client.pid), [
    "event drain",
    "event beforeunload termination",
    "event unload",
  ]);
  assertEquals(served.runtime.workers(), []);
});

Deno.test("a changed file replaces the workers", async () => {
  const functionsDir = await Deno.makeTempDir();
  try {
    const file = `${functionsDir}/fresh/index.ts`;
    await Deno.mkdir(`${functionsDir}/fresh`);
    await Deno.writeTextFile(file, 'Deno.serve(() => new Response("old"));');
    await using served = await serveFunctions({
      functionsDir,
      hotReload: true,
      configs: { fresh: { verify_jwt: false } },
    });
    assertEquals(await (await fetch(served.url("fresh"))).text(), "old");

    await Deno.writeTextFile(file, 'Deno.serve(() => new Response("new"));');

    await waitUntil("the new code answers", async () => {
      const response = await fetch(served.url("fresh"));
      return await response.text() === "new";
    });
  } finally {
    await Deno.remove(functionsDir, { recursive: true });
  }
});

Deno.test("a function's .env reaches only that function, and cannot pose as the platform", async () => {
  const functionsDir = await Deno.makeTempDir();
  try {
    const code = "Deno.serve(() => Response.json([Deno.env.get('OWN'), Deno.env.get('SUPABASE_URL')]));";
    for (const name of ["one", "two"]) {
      await Deno.mkdir(`${functionsDir}/${name}`);
      await Deno.writeTextFile(`${functionsDir}/${name}/index.ts`, code);
    }
    await Deno.writeTextFile(`${functionsDir}/one/.env`, 'OWN="1"\nSUPABASE_URL=http://elsewhere\n');
    await using served = await serveFunctions({
      functionsDir,
      env: { SUPABASE_URL: "http://here" },
      configs: { one: { verify_jwt: false }, two: { verify_jwt: false } },
    });

    assertEquals(await (await fetch(served.url("one"))).json(), ["1", "http://here"]);
    assertEquals(await (await fetch(served.url("two"))).json(), [null, "http://here"]);
  } finally {
    await Deno.remove(functionsDir, { recursive: true });
  }
});

Deno.test("a worker does not outlive a supervisor that was killed", async () => {
  const script = new URL("./testing/supervisor.ts", import.meta.url);
  const supervisor = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script.pathname],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = supervisor.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await output.read();
  assertMatch(value!, /^\d+\n$/);
  const isAlive = () => Deno.stat(`/proc/${value!.trim()}`).then(() => true, () => false);
  assertEquals(await isAlive(), true);

  supervisor.kill("SIGKILL");
  await supervisor.status;
  await output.cancel();

  await waitUntil("the worker is gone", async () => !await isAlive());
});
