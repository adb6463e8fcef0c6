import { assertEquals } from "@std/assert";
import { parseSummary } from "./parse-summary.ts";

Deno.test("parseSummary() reads passed and failed, with or without steps and skipped tests", () => {
  assertEquals(parseSummary("ok | 14 passed | 0 failed (29ms)\n"), { passed: 14, failed: 0 });
  assertEquals(parseSummary("FAILED | 3 passed (2 steps) | 2 failed | 1 ignored (1s)\n"), {
    passed: 3,
    failed: 2,
  });
  assertEquals(parseSummary("error: nothing to run\n"), { passed: 0, failed: 0 });
});
