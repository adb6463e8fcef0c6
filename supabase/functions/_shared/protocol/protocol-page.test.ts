import { assertStringIncludes } from "@std/assert";
import { CLOSE_CODES, COMMAND_TYPES, ERROR_CODES, frameSchema } from "./mod.ts";

const text = await Deno.readTextFile(new URL("./PROTOCOL.md", import.meta.url));
/** The page without the padding of its tables. */
const page = text.replaceAll(/ {2,}/g, " ");

Deno.test("PROTOCOL.md lists every error with its sentence", () => {
  for (const [code, { type, retryable, message }] of Object.entries(ERROR_CODES)) {
    assertStringIncludes(page, `| \`${code}\` | ${type} | ${retryable ? "yes" : "no"} | ${message} |`);
  }
});

Deno.test("PROTOCOL.md lists every close code with its meaning", () => {
  for (const { code, meaning } of Object.values(CLOSE_CODES)) {
    assertStringIncludes(page, `| ${code} | ${meaning} |`);
  }
});

Deno.test("PROTOCOL.md describes every frame and every command", () => {
  for (const option of frameSchema.options) assertStringIncludes(page, `| \`${option.shape.type.value}\` |`);
  for (const type of COMMAND_TYPES) assertStringIncludes(page, `| \`${type}\` |`);
});
