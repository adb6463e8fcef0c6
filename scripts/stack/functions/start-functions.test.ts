/** What startFunctions() promises about requests, with real workers. */

import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { createServer } from "node:http";
import { listenWithUpgrades } from "./listen-with-upgrades.ts";
import { openSocket } from "./testing/open-socket.ts";
import { type ServedFunctions, serveFunctions } from "./testing/serve-functions.ts";
import { waitUntil } from "./testing/wait-until.ts";

/** The bare connection of a client that asks for a WebSocket. */
async function requestUpgrade(served: ServedFunctions, path: string): Promise<Deno.TcpConn> {
  const { hostname, port, pathname, search } = new URL(served.url(path));
  const connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(
    `GET ${pathname}${search} HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  ));
  return connection;
}

/** Deno pings every 15 s and waits as long for the answer. */
const PING_PATIENCE_MS = 40_000;

Deno.test("a function sees path, query, body and outside address, and only its own environment", async () => {
  Deno.env.set("NOT_FOR_FUNCTIONS", "1");
  await using served = await serveFunctions({ env: { SUPABASE_URL: "http://here", SECRET: "s" } });

  const response = await fetch(`${served.url("echo/some/path")}?a=1`, {
    method: "POST",
    body: "text",
    headers: { "sb-api-key": "hidden", "x-mine": "kept", authorization: "Bearer token" },
  });

  assertEquals(response.status, 201);
  assertEquals(response.headers.get("x-answer"), "yes");
  const seen = await response.json();
  assertEquals(seen.url, `${served.url("echo/some/path").replace("/functions/v1", "")}?a=1`);
  assertEquals([seen.method, seen.body, seen.greeting], ["POST", "text", "hello"]);
  assertEquals(seen.headers["x-mine"], "kept");
  assertEquals(seen.headers["sb-api-key"], undefined);
  assertEquals(seen.headers["x-forwarded-for"], "127.0.0.1");
  assertEquals(seen.headers["host"], new URL(seen.url).host);
  const { NO_PROXY: _, SSL_CERT_FILE: __, ...env } = seen.env;
  assertEquals(env, { SUPABASE_URL: "http://here", SECRET: "s", SUPABASE_FUNCTION_SLUG: "echo" });
});

Deno.test("no worker runs before the first request, and later ones share it", async () => {
  await using served = await serveFunctions({ configs: { echo: { verify_jwt: false } } });
  assertEquals(served.runtime.workers(), []);

  const answers = await Promise.all(
    [1, 2, 3].map(async () => await (await fetch(served.url("echo"))).json()),
  );

  assertEquals(new Set(answers.map((answer) => answer.pid)).size, 1);
  const [worker, ...others] = served.runtime.workers();
  assertEquals([worker?.function, worker?.state, worker?.pid], ["echo", "serving", answers[0].pid]);
  assertEquals(others, []);
});

Deno.test("a body is streamed while the function makes it", async () => {
  await using served = await serveFunctions({ configs: { echo: { verify_jwt: false } } });

  const response = await fetch(served.url("echo/stream"));
  const pieces = await Array.fromAsync(response.body!.pipeThrough(new TextDecoderStream()));

  assertEquals(pieces, ["first,", "second"]);
});

Deno.test("verify_jwt lets tokens, keys and preflights through and nothing else", async () => {
  await using served = await serveFunctions({
    env: { SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}' },
    verifyJwt: (token) => Promise.resolve(token === "good"),
  });
  async function ask(headers: Record<string, string>, method = "GET"): Promise<[number, string]> {
    const response = await fetch(served.url("echo"), { headers, method });
    const text = await response.text();
    return [response.status, response.ok ? "" : JSON.parse(text).code];
  }

  assertEquals(await ask({}), [401, "UNAUTHORIZED_NO_AUTH_HEADER"]);
  assertEquals(await ask({ authorization: "Bearer bad" }), [401, "UNAUTHORIZED_INVALID_JWT_FORMAT"]);
  assertEquals(await ask({ authorization: "Basic good" }), [401, "UNAUTHORIZED_INVALID_JWT_FORMAT"]);
  assertEquals(await ask({ apikey: "sb_publishable_y" }), [401, "UNAUTHORIZED_NO_AUTH_HEADER"]);
  assertEquals(await ask({ authorization: "Bearer good" }), [201, ""]);
  assertEquals(await ask({ apikey: "sb_publishable_x" }), [201, ""]);
  assertEquals(await ask({}, "OPTIONS"), [201, ""]);
});

Deno.test("what is no function is answered 404", async () => {
  await using served = await serveFunctions({ configs: { echo: { enabled: false } } });

  for (const name of ["echo", "missing", "_shared", "..%2Fecho"]) {
    const response = await fetch(served.url(name), { headers: { authorization: "Bearer x" } });
    assertEquals([name, response.status, (await response.json()).code], [name, 404, "NOT_FOUND"]);
  }
});

Deno.test("a function that does not start is answered 503 and its error is logged", async () => {
  await using served = await serveFunctions({
    configs: { broken: { verify_jwt: false }, silent: { verify_jwt: false } },
  });

  for (const [name, error] of [["broken", /Broken as intended/], ["silent", /serves nothing/]] as const) {
    const response = await fetch(served.url(name));
    assertEquals([response.status, (await response.json()).code], [503, "BOOT_ERROR"]);
    const line = served.lines.find((candidate) => candidate.function === name && candidate.level === "error");
    assertMatch(line!.text, error);
  }
});

Deno.test("a crash is answered 500 and the next request gets a new worker", async () => {
  await using served = await serveFunctions({ configs: { echo: { verify_jwt: false } } });
  const before = await (await fetch(served.url("echo"))).json();

  const crashed = await fetch(served.url("echo/crash"));
  const after = await (await fetch(served.url("echo"))).json();

  assertEquals([crashed.status, (await crashed.json()).code], [500, "WORKER_ERROR"]);
  assertNotEquals(after.pid, before.pid);
  assert(served.texts().some((text) => text.includes("Crashed as asked")));
});

Deno.test("a body cut off by a crash does not look whole", async () => {
  await using served = await serveFunctions({ configs: { echo: { verify_jwt: false } } });
  const response = await fetch(served.url("echo/stream?crash"));

  assertEquals(response.status, 200);
  await assertRejects(() => response.text());
});

Deno.test("a function that does not answer in time is answered 504", async () => {
  await using served = await serveFunctions({
    configs: { echo: { verify_jwt: false } },
    idleTimeoutMs: 300,
    terminationGraceMs: 100,
  });

  const response = await fetch(served.url("echo/never"));

  assertEquals([response.status, (await response.json()).code], [504, "IDLE_TIMEOUT"]);
});

Deno.test("a WebSocket keeps subprotocol, path, query and close codes in both directions", async () => {
  await using served = await serveFunctions({ configs: { socket: { verify_jwt: false } } });
  const first = openSocket(`${served.socketUrl("socket/abc")}?after=1.2`, ["parley.v1", "jwt-x"]);
  await first.opened;
  await waitUntil("the greeting arrives", () => first.messages.length);

  assertEquals(first.socket.protocol, "parley.v1");
  const { pid: _, ...greeting } = JSON.parse(first.messages[0]!);
  assertEquals(greeting, { path: "/socket/abc?after=1.2", offered: ["parley.v1", "jwt-x"] });
  first.socket.send("close 4401");
  assertEquals(await first.closed, { code: 4401, reason: "asked", wasClean: true });

  const second = openSocket(served.socketUrl("socket/abc"));
  await waitUntil("the greeting arrives", () => second.messages.length);
  second.socket.close(3001, "why"); // without a reason Deno 2.1 leaves the code out
  await waitUntil("the function sees the code", () => served.texts().length > 1);
  assertEquals(served.texts().at(-1), "socket closed with 3001");
});

Deno.test("a client that vanishes closes the function's socket", async () => {
  await using served = await serveFunctions({ configs: { socket: { verify_jwt: false } } });
  const connection = await requestUpgrade(served, "socket/x");
  const head = new Uint8Array(4096);
  const length = await connection.read(head);
  assertMatch(new TextDecoder().decode(head.subarray(0, length!)), /^HTTP\/1.1 101 /);

  connection.close();

  await waitUntil(
    "the function sees it, by its next ping at the latest",
    () => served.texts().some((text) => text.startsWith("socket closed")),
    PING_PATIENCE_MS,
  );
});

Deno.test("a killed worker closes its sockets without a close frame and is replaced", async () => {
  await using served = await serveFunctions({ configs: { socket: { verify_jwt: false } } });
  const client = openSocket(served.socketUrl("socket"));
  await waitUntil("the greeting arrives", () => client.messages.length);
  const { pid } = JSON.parse(client.messages[0]!);

  assertEquals(served.runtime.kill(pid), true);

  assertEquals((await client.closed).wasClean, false);
  const next = openSocket(served.socketUrl("socket"));
  await waitUntil("the greeting arrives", () => next.messages.length);
  assertNotEquals(JSON.parse(next.messages[0]!).pid, pid);
  assertEquals(served.runtime.kill(pid), false);
});

// Deno 2.1 does not close the HTTP client of a request whose server died.
Deno.test("an upgrade that is refused is an HTTP answer", { sanitizeResources: false }, async () => {
  await using served = await serveFunctions({
    configs: { socket: { verify_jwt: false } },
    verifyJwt: () => Promise.resolve(false),
  });
  async function answerOf(path: string): Promise<string> {
    return await new Response((await requestUpgrade(served, path)).readable).text();
  }

  assertMatch(await answerOf("echo"), /^HTTP\/1.1 401 Unauthorized\r\n[^]*UNAUTHORIZED_NO_AUTH_HEADER/);
  assertMatch(await answerOf("missing"), /^HTTP\/1.1 404 Not Found\r\n[^]*NOT_FOUND/);
  assertMatch(await answerOf("socket?refuse"), /^HTTP\/1.1 400 Bad Request\r\n[^]*{"refused":true}/);
  assertMatch(await answerOf("socket?crash"), /^HTTP\/1.1 500 Internal Server Error\r\n[^]*WORKER_ERROR/);
});

Deno.test("stop() leaves no process", async () => {
  const served = await serveFunctions({ configs: { echo: { verify_jwt: false } } });
  const { pid } = await (await fetch(served.url("echo"))).json();

  await served[Symbol.asyncDispose]();

  assertEquals(served.runtime.workers(), []);
  await assertRejects(() => Deno.stat(`/proc/${pid}`), Deno.errors.NotFound);
});

Deno.test("listenWithUpgrades() says that a port is taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  await assertRejects(
    () => listenWithUpgrades(createServer(), { hostname: "127.0.0.1", port: taken.addr.port }),
    Error,
    "EADDRINUSE",
  );
});
