import { assertEquals, assertStrictEquals } from "@std/assert";
import { toStorable } from "./to-storable.ts";

Deno.test("toStorable() returns an ordinary value untouched", () => {
  const value = { text: "naïve 🙂", path: "C:\\users", list: [1, null, true] };

  assertStrictEquals(toStorable(value), value);
});

Deno.test("toStorable() replaces NUL and halves of surrogate pairs", () => {
  assertEquals(toStorable({ a: ["x\0y", "\uD83D", "\uDE42"] }), { a: ["x\uFFFDy", "\uFFFD", "\uFFFD"] });
});

Deno.test("toStorable() keeps a backslash that only looks like an escape", () => {
  assertEquals(toStorable({ a: "\\u0000", b: "\0" }), { a: "\\u0000", b: "\uFFFD" });
});
