import { assertEquals } from "@std/assert";
import { examplesIn } from "./examples-in.ts";

Deno.test("examplesIn() finds the fenced blocks of a page that are TypeScript", () => {
  const page = "One\n\n```ts\nopen();\n```\n\n```sh\nls\n```\n\n```tsx\n<p />;\n```\n";

  assertEquals(examplesIn("a/README.md", page), [
    { place: "a/README.md:3", code: "open();\n", extension: "ts" },
    { place: "a/README.md:11", code: "<p />;\n", extension: "tsx" },
  ]);
});

Deno.test("examplesIn() finds the examples of docstrings", () => {
  const source =
    "/** @example open(); */\n\n/**\n * Opens.\n *\n * @example\n * const one = open();\n * one.close();\n */";

  assertEquals(examplesIn("open.ts", source).map(({ place, code }) => [place, code.trim()]), [
    ["open.ts:1", "open();"],
    ["open.ts:3", "const one = open();\none.close();"],
  ]);
});
