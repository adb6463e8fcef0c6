import { assert, assertEquals } from "@std/assert";
import { readUpgrade } from "./read-upgrade.ts";

const id = "6f1c5c1e-5a3e-4a55-9d63-0f0f6a2b7c11";

function upgrade(path: string, headers: Record<string, string> = {}) {
  return readUpgrade(
    new Request(`http://function${path}`, { headers: { upgrade: "websocket", ...headers } }),
  );
}

async function refusalOf(path: string, headers?: Record<string, string>) {
  const result = upgrade(path, headers);
  assert(result.outcome === "refused");
  return [result.response.status, (await result.response.json()).error.code];
}

Deno.test("readUpgrade() reads session, cursor and the token of a subprotocol", () => {
  const result = upgrade(`/session/${id}?after=3.128`, { "sec-websocket-protocol": "parley.v1, jwt-a.b.c" });

  assertEquals(result, {
    outcome: "accepted",
    sessionId: id,
    cursor: { epoch: 3, seq: 128 },
    isPlain: false,
    accessToken: "a.b.c",
  });
});

Deno.test("readUpgrade() takes the token of a header, and no subprotocol as the plain profile", () => {
  const result = upgrade(`/session/${id.toUpperCase()}`, { authorization: "Bearer a.b.c" });

  assertEquals(result, {
    outcome: "accepted",
    sessionId: id,
    cursor: null,
    isPlain: true,
    accessToken: "a.b.c",
  });
});

Deno.test("readUpgrade() never reads a token from the query", () => {
  const result = upgrade(`/session/${id}?token=a.b.c&access_token=a.b.c`);

  assert(result.outcome === "accepted");
  assertEquals(result.accessToken, null);
});

Deno.test("readUpgrade() refuses what it cannot serve, before anything is upgraded", async () => {
  assertEquals(await refusalOf(`/session/${id}`, { upgrade: "h2c" }), [426, "upgrade_required"]);
  assertEquals(await refusalOf("/session/1"), [400, "invalid_session_id"]);
  assertEquals(await refusalOf(`/session/${id}/../x`), [400, "invalid_session_id"]);
  assertEquals(await refusalOf(`/session/${id}?after=now`), [400, "invalid_cursor"]);
  const unknown = { "sec-websocket-protocol": "graphql-ws" };
  assertEquals(await refusalOf(`/session/${id}`, unknown), [400, "unsupported_subprotocol"]);
  const bareComma = { "sec-websocket-protocol": "parley.v1,jwt-a.b.c" };
  assertEquals(await refusalOf(`/session/${id}`, bareComma), [400, "unsupported_subprotocol"]);
});
