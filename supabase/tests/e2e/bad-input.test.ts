/** What a hostile or broken client sends: a clear code each time, the socket alive where that makes sense, nothing written. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Chunk } from "../../functions/_shared/protocol/mod.ts";
import { PlainSocket } from "./testing/plain-socket.ts";
import { createSuite } from "./testing/suite.ts";
import type { Target } from "./testing/target.ts";
import { openAdmin, signUp, type TestUser } from "./testing/user.ts";
import { WireSocket } from "./testing/wire-socket.ts";

const suite = createSuite();

async function countEvents(target: Target, sessionId: string): Promise<number> {
  const { count, error } = await openAdmin(target).from("session_events").select("*", {
    count: "exact",
    head: true,
  })
    .eq("session_id", sessionId).neq("event_type", "system");
  if (error) throw error;
  return count ?? 0;
}

async function openReady(target: Target): Promise<{ user: TestUser; socket: WireSocket }> {
  const user = await signUp(target);
  return { user, socket: await new WireSocket(target, user).ready() };
}

/** Sends something bad, expects its code, and proves that the socket still answers. */
async function refuses(
  target: Target,
  { send, code }: { send: string | Uint8Array; code: string },
): Promise<void> {
  const { socket } = await openReady(target);
  await using _open = socket;

  socket.socket.send(send);
  await socket.until(() => socket.framesOf("error").length > 0, `error ${code}`);
  socket.send({ type: "ping" });
  await socket.until(() => socket.framesOf("pong").length > 0, "pong");

  assertEquals(socket.framesOf("error").map(({ error }) => error.code), [code]);
  assertEquals(await countEvents(target, socket.sessionId), 0);
}

const id = () => crypto.randomUUID();

suite.test("no JSON", (target) => refuses(target, { send: "{oops", code: "invalid_json" }));
suite.test("an unknown type", (target) =>
  refuses(target, { send: '{"type":"session.drop"}', code: "unknown_command" }));
suite.test("wrong fields", (target) => {
  return refuses(target, {
    send: JSON.stringify({ type: "message.create", id: id(), txt: "Hi" }),
    code: "invalid_command",
  });
});
suite.test("a binary frame", (target) =>
  refuses(target, { send: new Uint8Array([1, 2, 3]), code: "binary_frame" }));
suite.test("an empty message", (target) => {
  return refuses(target, {
    send: JSON.stringify({ type: "message.create", id: id(), text: "  " }),
    code: "message_empty",
  });
});
suite.test("an enormous message", (target) => {
  const send = JSON.stringify({ type: "message.create", id: id(), text: "x".repeat(40_000) });
  return refuses(target, { send, code: "message_too_long" });
});
suite.test("an approval of nothing", (target) => {
  const send = JSON.stringify({ type: "tool.approve", id: id(), approvalId: "none", approved: true });
  return refuses(target, { send, code: "nothing_to_answer" });
});

suite.test("a frame of 10 MB closes the socket with 1009 and writes nothing", async (target) => {
  const { socket } = await openReady(target);

  socket.socket.send(
    JSON.stringify({ type: "message.create", id: id(), text: "x".repeat(10 * 1024 * 1024) }),
  );
  const { code } = await socket.closed();

  assertEquals(code, 1009);
  assertEquals(await countEvents(target, socket.sessionId), 0);
});

suite.test("thousands of frames a second are limited, and a flood is closed with 4429", async (target) => {
  const { socket } = await openReady(target);

  for (let count = 0; count < 3000; count++) socket.send({ type: "ping" });
  const { code } = await socket.closed();

  assertEquals(code, 4429);
  assertEquals(new Set(socket.framesOf("error").map(({ error }) => error.code)), new Set(["rate_limited"]));
});

suite.test("text with a zero byte and lone surrogates is kept out of nobody's way", async (target) => {
  const { socket } = await openReady(target);
  await using _open = socket;

  const answer = await socket.ask("odd \u0000 text \ud800 here");

  assert(answer.length > 0);
  assertEquals(await countEvents(target, socket.sessionId), 2);
});

suite.test("a tool argument outside its schema goes back to the model, and the turn ends well", async (target) => {
  const { socket } = await openReady(target);
  await using _open = socket;

  await socket.ask("What is my balance? user_id=user-1 [[fault:invalid_tool_arguments]]");

  const types = socket.chunks.map((chunk: Chunk) => chunk.type);
  assert(types.includes("tool-input-error"));
  assertEquals(types.at(-1), "finish");
});

suite.test("no token, a forged one, another algorithm or an expired one are refused with 4401", async (target) => {
  const user = await signUp(target);
  const [header = "", payload = "", signature = ""] = user.accessToken.split(".");
  const encode = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_");
  const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
  const tokens: Record<string, string> = {
    none: "",
    garbage: "abc.def.ghi",
    "a changed payload": `${header}.${encode({ ...claims, sub: crypto.randomUUID() })}.${signature}`,
    "alg none": `${encode({ alg: "none", typ: "JWT" })}.${payload}.x`,
    "a foreign HS256 signature": `${encode({ alg: "HS256", typ: "JWT" })}.${payload}.${signature}`,
    expired: `${header}.${encode({ ...claims, exp: 1 })}.${signature}`,
    "the publishable key": target.publishableKey,
    "the secret key": target.secretKey,
  };

  for (const [what, accessToken] of Object.entries(tokens)) {
    const socket = new WireSocket(target, { accessToken });
    const { code } = await socket.closed();

    assertEquals([what, code], [what, 4401]);
    assertEquals(
      socket.framesOf("error")[0]?.error.code,
      what === "expired" ? "token_expired" : "unauthorized",
    );
    assertEquals(await countEvents(target, socket.sessionId), 0);
  }
});

suite.testEmbedded("tokens signed by another key, or with another role, are refused", async (target) => {
  const user = await signUp(target);
  const { tokens } = target.stack;
  const claims = { sub: user.userId, role: "authenticated", aud: "authenticated" };
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const foreign = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const refused = [
    await signEs256({ ...claims, exp }, { key: foreign.privateKey, kid: tokens.jwks.keys[0]?.kid ?? "" }),
    await tokens.sign({ ...claims, role: "service_role", exp }),
    await tokens.sign({ ...claims, sub: "not-a-uuid", exp }),
  ];

  for (const accessToken of refused) {
    assertEquals((await new WireSocket(target, { accessToken }).closed()).code, 4401);
  }
});

suite.test("a session id that is no UUID, a bad cursor and a plain GET get an HTTP answer", async (target) => {
  const user = await signUp(target);
  const headers = { Authorization: `Bearer ${user.accessToken}` };

  const plainGet = await fetch(`${target.apiUrl}/functions/v1/session/${id()}`, { headers });
  assertEquals([plainGet.status, (await plainGet.json()).error.code], [426, "upgrade_required"]);
  await assertHandshakeRefused(PlainSocket.open(target, { ...user, sessionId: "1;drop" }), 400);
  await assertHandshakeRefused(PlainSocket.open(target, { ...user, sessionId: `${id()}?after=x` }), 400);
});

suite.test("subprotocols joined by a bare comma get a plain 400 with the way out", async (target) => {
  const user = await signUp(target);
  const opening = PlainSocket.open(target, { ...user, protocols: ["parley.v1", `jwt-${user.accessToken}`] });

  await assertHandshakeRefused(opening, 400);
});

suite.test("a client that offers parley.v1 alone may send its token as a header", async (target) => {
  const user = await signUp(target);
  await using socket = await PlainSocket.open(target, { ...user, protocols: ["parley.v1"] });

  assertEquals(socket.socket.protocol, "parley.v1");
});

suite.test("[R10] another user's session is refused with 4403, and nobody notices", async (target) => {
  const { socket } = await openReady(target);
  await using _open = socket;
  await socket.ask("This is private");
  const before = await countEvents(target, socket.sessionId);
  const intruder = await signUp(target);

  const refused = new WireSocket(target, { ...intruder, sessionId: socket.sessionId });
  const { code } = await refused.closed();

  assertEquals(code, 4403);
  assertEquals(refused.frames.map(({ type }) => type), ["error", "connection.closing"]);
  assertEquals(await countEvents(target, socket.sessionId), before);
});

suite.test("summarize answers nobody but the trigger", async (target) => {
  const { user, socket } = await openReady(target);
  await using _open = socket;
  await socket.ask("Hello");
  const url = `${target.apiUrl}/functions/v1/summarize`;
  const body = JSON.stringify({ session_id: socket.sessionId });
  const attempts: HeadersInit[] = [
    {},
    { Authorization: `Bearer ${user.accessToken}`, apikey: target.publishableKey },
    { apikey: target.secretKey },
    { "x-parley-secret": "wrong" },
    { "x-parley-secret": "" },
  ];

  for (const headers of attempts) {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
    assertEquals(response.status, 401);
    await response.body?.cancel();
  }
});

suite.test("a failure tells its code and a plain sentence, never a stack or SQL", async (target) => {
  const { socket } = await openReady(target);
  await using _open = socket;

  await socket.ask("Please fail [[fault:mid_stream]]");
  await socket.ask("And again? [[fault:cut_off]]");

  const texts = socket.texts.join("\n");
  for (const leak of ["    at ", "select ", "postgres://", "TypeError"]) assert(!texts.includes(leak), leak);
  assertEquals(socket.closeEvent, null);
  assertStringIncludes(texts, '"type":"error"');
});

async function assertHandshakeRefused(opening: Promise<unknown>, status: number): Promise<void> {
  const error = await opening.then(() => null, (reason: Error) => reason);
  assertStringIncludes(error?.message ?? "the handshake succeeded", String(status));
}

async function signEs256(claims: object, { key, kid }: { key: CryptoKey; kid: string }): Promise<string> {
  const { SignJWT } = await import("jose");
  return await new SignJWT({ ...claims }).setProtectedHeader({ alg: "ES256", kid }).sign(key);
}

suite.close();
