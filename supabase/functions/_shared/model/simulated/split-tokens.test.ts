import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { splitTokens } from "./split-tokens.ts";

Deno.test("splitTokens() loses nothing, whatever the text", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => splitTokens(text).join("") === text));
});

Deno.test("splitTokens() keeps surrogate pairs whole and pieces small", () => {
  const tokens = splitTokens("👋🏽".repeat(20));

  assert(tokens.every((token) => token.isWellFormed() && [...token].length <= 8));
  assertEquals(splitTokens("one two  three\n"), ["one", " two", "  three", "\n"]);
});
