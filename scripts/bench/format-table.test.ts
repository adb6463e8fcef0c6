import { assertEquals } from "@std/assert";
import { formatTable } from "./format-table.ts";

const TABLE = { columns: ["what", "ms"], rows: [["token", "1.5"], ["a longer one", "10"]] };

Deno.test("formatTable() aligns columns for a terminal", () => {
  assertEquals(formatTable(TABLE, "text"), "what           ms\ntoken         1.5\na longer one   10");
});

Deno.test("formatTable() writes Markdown with numbers to the right", () => {
  assertEquals(
    formatTable(TABLE, "markdown"),
    "| what         |  ms |\n| ------------ | --: |\n| token        | 1.5 |\n| a longer one |  10 |",
  );
});
