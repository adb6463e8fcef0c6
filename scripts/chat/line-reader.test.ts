import { assertEquals } from "@std/assert";
import { createLineReader } from "./line-reader.ts";

Deno.test("createLineReader() cuts lines wherever the pieces end", async () => {
  const pieces = ["fir", "st\r\nsecond\nth", "ird"].map((text) => new TextEncoder().encode(text));
  const reader = createLineReader(ReadableStream.from(pieces));

  const lines = [await reader.next(), await reader.next(), await reader.next(), await reader.next()];

  assertEquals(lines, ["first", "second", "third", null]);
});
