import { assertEquals, assertStringIncludes } from "@std/assert";
import { toStoreError } from "./to-store-error.ts";

Deno.test("toStoreError() tells what may be repeated from what may not", () => {
  const codes = ["", "PGRST002", "40P01", "57014", "P0002", "42501", "23505", "PGRST202"];

  const errors = codes.map((code) => toStoreError("append", { code, message: "no" }));

  assertEquals(errors.map((error) => [error.code, error.retryable]), [
    ["storage_unavailable", true],
    ["storage_unavailable", true],
    ["storage_unavailable", true],
    ["storage_unavailable", true],
    ["session_not_found", false],
    ["forbidden", false],
    ["storage_refused", false],
    ["storage_refused", false],
  ]);
});

Deno.test("toStoreError() names the operation and the cause", () => {
  const error = toStoreError("append", { message: "fetch failed" });

  assertStringIncludes(error.message, "Cannot append: fetch failed");
});
