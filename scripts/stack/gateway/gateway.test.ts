/** What stands in front of the services: keys, tokens, cross-origin rules, limits, unknown paths. */

import { assertEquals } from "@std/assert";
import type { Stack } from "../start-stack.ts";
import { signInDemo, withStack } from "../testing/with-stack.ts";

async function ask(stack: Stack, path: string, init: RequestInit = {}) {
  const response = await fetch(`${stack.apiUrl}${path}`, { ...init, signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
}

function claims(overrides: Record<string, unknown> = {}) {
  const now = Math.floor(Date.now() / 1000);
  return { sub: crypto.randomUUID(), role: "authenticated", iat: now, exp: now + 60, ...overrides };
}

Deno.test("the Data API and Auth want an API key", () =>
  withStack(async (stack) => {
    for (const path of ["/rest/v1/notes", "/auth/v1/user", "/auth/v1/settings"]) {
      const missing = await ask(stack, path);
      const wrong = await ask(stack, path, { headers: { apikey: "sb_publishable_wrong" } });

      assertEquals([missing.status, missing.body.message], [401, "No API key found in request"]);
      assertEquals([wrong.status, wrong.body.message], [401, "Invalid API key"]);
    }
  }));

Deno.test("tokens of either algorithm are accepted, forged and expired ones refused", () =>
  withStack(async (stack) => {
    const { tokens, publishableKey } = stack;
    const call = async (token: string) =>
      await ask(stack, "/rest/v1/rpc/who_am_i", {
        method: "POST",
        body: "{}",
        headers: {
          apikey: publishableKey,
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
        },
      });
    const encode = (part: unknown) => btoa(JSON.stringify(part)).replaceAll("=", "");
    const unsigned = `${encode({ alg: "none", typ: "JWT" })}.${encode(claims())}.`;
    const signed = await tokens.sign(claims());

    for (const algorithm of ["ES256", "HS256"] as const) {
      const { status, body } = await call(await tokens.sign(claims(), algorithm));
      assertEquals([status, body.role], [200, "authenticated"]);
    }
    const expired = await call(await tokens.sign(claims({ exp: 1 })));
    assertEquals([expired.status, expired.body.code, expired.body.message], [401, "PGRST303", "JWT expired"]);
    for (const token of [unsigned, "a.b.c", `${signed.slice(0, -4)}AAAA`]) {
      assertEquals((await call(token)).status, 401);
    }
    const mighty = await call(await tokens.sign(claims({ role: "supabase_admin" })));
    assertEquals([mighty.status, mighty.body.code], [403, "42501"]);
  }));

Deno.test("a browser of any origin may call with the headers of supabase-js", () =>
  withStack(async (stack) => {
    const preflight = await ask(stack, "/rest/v1/notes", {
      method: "OPTIONS",
      headers: {
        origin: "http://127.0.0.1:5173",
        "access-control-request-method": "POST",
        "access-control-request-headers": "apikey,authorization,content-type,x-client-info,prefer",
      },
    });
    const answer = await ask(stack, "/auth/v1/settings", { headers: { apikey: stack.publishableKey } });

    assertEquals(preflight.status, 200);
    assertEquals(preflight.headers.get("access-control-allow-origin"), "*");
    assertEquals(
      preflight.headers.get("access-control-allow-headers"),
      "apikey,authorization,content-type,x-client-info,prefer",
    );
    assertEquals([answer.status, answer.headers.get("access-control-allow-origin")], [200, "*"]);
  }));

Deno.test("a body over 20 MB is refused", () =>
  withStack(async (stack) => {
    const { status } = await ask(stack, "/rest/v1/rpc/echo", {
      method: "POST",
      headers: { apikey: stack.publishableKey, "content-type": "application/json" },
      body: JSON.stringify({ value: "x".repeat(21 * 1024 * 1024) }),
    });

    assertEquals(status, 413);
  }));

Deno.test("unknown paths are answered in JSON", () =>
  withStack(async (stack) => {
    assertEquals((await ask(stack, "/")).status, 404);
    assertEquals((await ask(stack, "/storage/v1/object")).status, 404);
    assertEquals((await ask(stack, "/realtime/v1/nowhere")).status, 404);
  }));

Deno.test("functions are reached without a key and see the secrets that Vault has", () =>
  withStack(async (stack) => {
    const { status, body } = await ask(stack, "/functions/v1/hello/there");

    assertEquals(status, 200);
    assertEquals(body, {
      path: "/hello/there",
      secret: stack.functionSecrets.SUMMARIZE_SECRET,
      url: stack.apiUrl,
    });
  }, { functions: {} }));

Deno.test("the published key checks the tokens that Auth gives out", () =>
  withStack(async (stack) => {
    const user = await signInDemo(stack);

    const { data, error } = await user.auth.getClaims();

    assertEquals(error, null);
    assertEquals(data?.header.alg, "ES256");
    assertEquals(data?.claims.iss, `${stack.apiUrl}/auth/v1`);
    assertEquals((await ask(stack, "/auth/v1/.well-known/jwks.json")).body, stack.tokens.jwks);
  }));

Deno.test("the gateway goes on accepting connections, one after the other", () =>
  withStack(async (stack) => {
    const { hostname, port } = new URL(stack.apiUrl);
    const request = new TextEncoder().encode(
      `GET /nowhere HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`,
    );

    for (let count = 0; count < 1_200; count++) {
      using connection = await Deno.connect({ hostname, port: Number(port) });
      await connection.write(request);
      assertEquals(await connection.read(new Uint8Array(12)), 12);
    }
  }));

Deno.test("a path that cannot be decoded is nobody's, and harms nobody", () =>
  withStack(async (stack) => {
    const plain = await ask(stack, "/functions/v1/%zz");
    const socket = new WebSocket(`${stack.apiUrl.replace("http", "ws")}/functions/v1/%zz`);
    socket.onerror = (event) => event.preventDefault();
    await new Promise((resolve) => socket.onclose = resolve);

    assertEquals(plain.status, 404);
    assertEquals((await ask(stack, "/nowhere")).status, 404);
  }));
