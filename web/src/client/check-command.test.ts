import { assertEquals } from "@std/assert";
import { checkCommand } from "./check-command.ts";
import { ready } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";
import { openTestWatch } from "./testing/open-test-watch.ts";

const TOO_LONG = "x".repeat(300_000);

Deno.test("a message above the limit is refused before it is sent, and keeps nothing else from being sent", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready());

  const id = session.send(TOO_LONG);

  const { pending, lastError } = session.state;
  assertEquals(pending, []);
  assertEquals([lastError?.error.code, lastError?.error.commandId], ["message_too_long", id]);
  assertEquals(lastError?.command?.id, id);
  const next = session.send("Short");
  assertEquals(socket.sent.map((command) => "id" in command && command.id), [next]);
});

Deno.test("a watcher is refused the same", async () => {
  const { watch, supabase } = await openTestWatch();

  const id = watch.send(TOO_LONG);

  assertEquals([watch.state.pending.length, watch.state.lastError?.error.commandId], [0, id]);
  assertEquals(supabase.calls.some(({ name }) => name === "send_command"), false);
  watch.close();
});

Deno.test("checkCommand() refuses what the server would refuse in every state", () => {
  const id = "00000000-0000-4000-8000-000000000001";
  const codeOf = (command: Parameters<typeof checkCommand>[0]) => checkCommand(command)?.code;
  const values = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`field_${n}`, "x".repeat(2_000)]));

  assertEquals(codeOf({ type: "message.create", id, text: "x".repeat(32_000), onBusy: "queue" }), undefined);
  assertEquals(codeOf({ type: "message.create", id, text: " ", onBusy: "queue" }), "message_empty");
  assertEquals(
    codeOf({ type: "message.create", id: "nonsense", text: "Hi", onBusy: "queue" }),
    "invalid_command",
  );
  assertEquals(codeOf({ type: "input.provide", id, interruptId: "i", values }), "frame_too_big");
});
