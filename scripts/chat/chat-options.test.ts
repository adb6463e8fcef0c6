import { assertEquals, assertThrows } from "@std/assert";
import { readChatOptions } from "./chat-options.ts";
import { UsageError } from "./usage-error.ts";

const SESSION_ID = "5b0c2e0e-7a53-4f43-9f0a-3a5d3f0c7a11";

Deno.test("readChatOptions() takes words without quotes as one message", () => {
  assertEquals(readChatOptions(["What", "is", "up?", "--json", "--session", SESSION_ID]), {
    prompt: "What is up?",
    sessionId: SESSION_ID,
    hasJson: true,
    isHelpWanted: false,
  });
});

Deno.test("readChatOptions() starts a conversation without a message", () => {
  assertEquals(readChatOptions([]).prompt, null);
  assertEquals(readChatOptions(["-"]).prompt, "-");
});

Deno.test("readChatOptions() refuses what it cannot mean", () => {
  assertThrows(() => readChatOptions(["--session", "demo"]), UsageError, "a session id is a UUID");
  assertThrows(() => readChatOptions(["--sesion", SESSION_ID]), UsageError, "see --help");
  assertThrows(() => readChatOptions([" "]), UsageError, "The message is empty");
});
