import { assertEquals } from "@std/assert";
import { closeActionOf, formatCursor, parseCursor, parseSubprotocols, toSubprotocols } from "./mod.ts";

Deno.test("parseSubprotocols() reads what toSubprotocols() offers", () => {
  assertEquals(parseSubprotocols(toSubprotocols("a.b.c").join(", ")), {
    profile: "parley",
    accessToken: "a.b.c",
  });
});

Deno.test("parseSubprotocols() tells the plain profile from an unknown protocol", () => {
  assertEquals(parseSubprotocols(null), { profile: "plain" });
  assertEquals(parseSubprotocols("parley.v1"), { profile: "parley", accessToken: null });
  assertEquals(parseSubprotocols("graphql-ws"), { profile: "unsupported" });
  assertEquals(parseSubprotocols("jwt-a.b.c"), { profile: "unsupported" });
});

Deno.test("parseCursor() reads epoch and seq and nothing else", () => {
  assertEquals(parseCursor("3.128"), { epoch: 3, seq: 128 });
  assertEquals(formatCursor({ epoch: 3, seq: 128 }), "3.128");
  for (const text of ["", "3", "3.", "-1.2", "1.2.3", "1e3.4", "9".repeat(40) + ".1"]) {
    assertEquals(parseCursor(text), null);
  }
});

Deno.test("closeActionOf() reconnects after a restart, stops where coming back is useless, and backs off otherwise", () => {
  assertEquals(closeActionOf(1012), "reconnect");
  assertEquals(closeActionOf(4403), "stop");
  assertEquals(closeActionOf(4401), "refresh");
  assertEquals(closeActionOf(1006), "backoff");
});
