import { assertEquals } from "@std/assert";
import { withRefusedText } from "./with-refused-text.ts";

Deno.test("withRefusedText() puts a refused message back without losing what is being written", () => {
  assertEquals(withRefusedText("and then", "First this"), "First this\n\nand then");
  assertEquals(withRefusedText(" ", "First this"), "First this");
});
