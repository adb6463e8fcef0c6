import { assertEquals } from "@std/assert";
import { splitMarkdown } from "./split-markdown.ts";

Deno.test("splitMarkdown() cuts at blank lines", () => {
  assertEquals(splitMarkdown("# One\n\nTwo\nlines\n\n\nThree"), ["# One\n\n", "Two\nlines\n\n\n", "Three"]);
});

Deno.test("splitMarkdown() keeps code fences whole, also those not closed yet", () => {
  assertEquals(splitMarkdown("```ts\na\n\nb\n```\n\nEnd"), ["```ts\na\n\nb\n```\n\n", "End"]);
  assertEquals(splitMarkdown("````\n```\n\n```\n\nx"), ["````\n```\n\n```\n\nx"]);
});

Deno.test("splitMarkdown() keeps a list with blank lines whole, so that it goes on counting", () => {
  assertEquals(splitMarkdown("1. a\n\n   more\n\n2. b\n\nEnd"), ["1. a\n\n   more\n\n2. b\n\n", "End"]);
});

Deno.test("splitMarkdown() never changes a block that another follows", () => {
  const text = "# T\n\nSome *text*.\n\n- a\n\n- b\n\n```\nx\n\ny\n```\n\n| a |\n|---|\n| b |\n\nEnd\n";
  let before: string[] = [];
  for (let length = 0; length <= text.length; length++) {
    const blocks = splitMarkdown(text.slice(0, length));
    assertEquals(blocks.join(""), text.slice(0, length));
    if (blocks.length > before.length) assertEquals(blocks.slice(0, before.length), before.slice());
    before = blocks;
  }
});
