import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { encodeFrame, type Frame, MAX_MESSAGE_LENGTH, parseCommand, parseFrame } from "./mod.ts";

const id = "6f1c5c1e-5a3e-4a55-9d63-0f0f6a2b7c11";

function refusalOf(value: unknown) {
  const parsed = parseCommand(typeof value === "string" ? value : JSON.stringify(value));
  assert(!parsed.ok);
  return parsed.error;
}

Deno.test("parseCommand() accepts a message and queues by default", () => {
  const parsed = parseCommand(JSON.stringify({ type: "message.create", id, text: "Hi" }));

  assertEquals(parsed, { ok: true, value: { type: "message.create", id, text: "Hi", onBusy: "queue" } });
});

Deno.test("parseCommand() refuses what is not JSON, not an object, or of unknown type", () => {
  assertEquals(refusalOf("{").code, "invalid_json");
  assertEquals(refusalOf("null").code, "invalid_command");
  assertEquals(refusalOf("[]").code, "invalid_command");
  assertEquals(refusalOf({ type: "session.destroy", id }).code, "unknown_command");
  assertEquals(refusalOf({ type: "__proto__", id }).code, "unknown_command");
});

Deno.test("parseCommand() names the wrong field and the command", () => {
  const error = refusalOf({ type: "message.create", id, text: 7 });

  assertEquals(error.code, "invalid_command");
  assertEquals(error.commandId, id);
  assertStringIncludes(error.message, "text");
});

Deno.test("parseCommand() refuses unknown fields, so that a misspelt option is not ignored", () => {
  assertEquals(
    refusalOf({ type: "message.create", id, text: "Hi", onbusy: "reject" }).code,
    "invalid_command",
  );
});

Deno.test("parseCommand() refuses ids that are no UUID", () => {
  assertEquals(refusalOf({ type: "session.end", id: "1; drop table sessions" }).code, "invalid_command");
});

Deno.test("parseCommand() refuses empty and enormous messages", () => {
  assertEquals(refusalOf({ type: "message.create", id, text: " \n" }).code, "message_empty");
  const text = "x".repeat(MAX_MESSAGE_LENGTH + 1);
  assertEquals(refusalOf({ type: "message.create", id, text }).code, "message_too_long");
});

Deno.test("parseCommand() wants either values or declined for input.provide", () => {
  const base = { type: "input.provide", id, interruptId: "i" };

  assert(parseCommand(JSON.stringify({ ...base, values: { user_id: "user-1" } })).ok);
  assert(parseCommand(JSON.stringify({ ...base, declined: true })).ok);
  assertEquals(refusalOf(base).code, "invalid_command");
  assertEquals(refusalOf({ ...base, values: {}, declined: true }).code, "invalid_command");
});

Deno.test("parseFrame() reads what encodeFrame() wrote and skips what it does not know", () => {
  const frame: Frame = {
    type: "chunks",
    epoch: 1,
    seq: 4,
    durableSeq: 3,
    turnId: "t",
    messageId: "m",
    chunks: [{ type: "text-delta", id: "p", delta: "Hi" }],
  };

  assertEquals(parseFrame(encodeFrame(frame)), frame);
  assertEquals(parseFrame('{"type":"session.cloned"}'), null);
  assertEquals(parseFrame("nonsense"), null);
});

Deno.test("parseFrame() keeps the place of a chunk that it does not know", () => {
  const chunks = [{ type: "source-url", sourceId: "s", url: "u" }, {
    type: "text-delta",
    id: "p",
    delta: "Hi",
  }];
  const frame = { type: "chunks", epoch: 1, seq: 4, durableSeq: 3, turnId: "t", messageId: "m", chunks };

  const parsed = parseFrame(JSON.stringify(frame));

  assert(parsed?.type === "chunks");
  assertEquals(parsed.chunks.map(({ type }) => type), ["message-metadata", "text-delta"]);
});
