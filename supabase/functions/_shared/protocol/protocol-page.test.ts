import { assertMatch, assertStringIncludes } from "@std/assert";
import {
  channelMessageSchema,
  CLOSE_CODES,
  COMMAND_TYPES,
  ERROR_CODES,
  frameSchema,
  sessionChangeSchema,
  toSessionTopic,
  toUserTopic,
  watchGrantSchema,
} from "./mod.ts";

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

Deno.test("PROTOCOL.md describes every broadcast with its fields, and every topic", () => {
  const channels = page.slice(page.indexOf("## Channels"), page.indexOf("## Errors"));
  for (const { shape } of channelMessageSchema.options) {
    const { type, ...fields } = shape;
    assertDescribed(channels, { name: type.value, fields: Object.keys(fields) });
  }
  assertDescribed(channels, { name: "session.changed", fields: Object.keys(sessionChangeSchema.shape) });
  for (const topic of [toSessionTopic("{id}"), toUserTopic("{id}")]) {
    assertStringIncludes(channels, `| \`${topic}\` |`);
  }
  for (const field of Object.keys(watchGrantSchema.shape)) assertStringIncludes(channels, field);
});

function assertDescribed(text: string, { name, fields }: { name: string; fields: string[] }): void {
  const row = text.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
  for (const field of [name, ...fields]) assertMatch(row, new RegExp(`\`${field.replace(".", "\\.")}\\??\``));
}
