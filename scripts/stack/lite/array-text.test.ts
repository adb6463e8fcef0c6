/** Arrays as Postgres writes and reads them. */

import { assertEquals, assertThrows } from "@std/assert";
import { formatArray, parseArray } from "./array-text.ts";

Deno.test("parseArray() reads quotes, escapes, nulls, bounds and nested arrays", () => {
  assertEquals(parseArray("{}", String), []);
  assertEquals(parseArray('{a,"b,c","d\\"e\\\\f",NULL,"NULL",""}', String), [
    "a",
    "b,c",
    'd"e\\f',
    null,
    "NULL",
    "",
  ]);
  assertEquals(parseArray("[0:1]={{1,2},{3,4}}", Number), [[1, 2], [3, 4]]);
  assertThrows(() => parseArray("{a", String), SyntaxError);
});

Deno.test("formatArray() writes what parseArray() reads", () => {
  const values = ["a", "b,c", 'd"e\\f', null, "NULL", "", ["x", "{y}"]];

  assertEquals(parseArray(formatArray(values, String), String), values);
  assertEquals(formatArray("{a,b}", String), "{a,b}");
});
