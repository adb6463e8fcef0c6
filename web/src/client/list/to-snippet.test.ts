import { assertEquals } from "@std/assert";
import { toSnippet } from "./to-snippet.ts";

Deno.test("toSnippet() tells what matched from what is around it", () => {
  assertEquals(toSnippet("an \u{E000}order\u{E001} of <b>\u{E000}two\u{E001}"), [
    { text: "an ", isMatch: false },
    { text: "order", isMatch: true },
    { text: " of <b>", isMatch: false },
    { text: "two", isMatch: true },
  ]);
  assertEquals(toSnippet("nothing"), [{ text: "nothing", isMatch: false }]);
});
