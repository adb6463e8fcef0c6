import { assertEquals } from "@std/assert";
import type { Message, MessagePart, SessionState } from "../../web/src/client/mod.ts";
import { AnswerPrinter } from "./answer-printer.ts";
import { toTextStyle } from "./text-style.ts";

function createPrinter({ isPlain = false } = {}) {
  let written = "";
  const write = (text: string) => void (written += text);
  const printer = new AnswerPrinter({ write, style: toTextStyle(false), isPlain });
  return {
    printer,
    written: () => written,
    print: (parts: MessagePart[], status?: NonNullable<Message["metadata"]>["status"]) =>
      printer.print(stateOf({ id: "a", role: "assistant", parts, metadata: status && { status } })),
  };
}

function stateOf(message: Message): SessionState {
  const nothing: Partial<SessionState> = { messages: [message], activeTurn: null };
  return nothing as SessionState;
}

const CALL = { type: "tool-fetch_order_status", toolCallId: "c", input: { order_id: "ORD-1" } } as const;

Deno.test("AnswerPrinter adds only what is new of a growing text", () => {
  const { print, written } = createPrinter();
  print([{ type: "text", text: "Hel" }]);
  print([{ type: "text", text: "Hello" }]);
  print([{ type: "text", text: "Hello" }], "completed");
  print([{ type: "text", text: "Hello" }], "completed");

  assertEquals(written(), "Hello\n");
});

Deno.test("AnswerPrinter shows a tool call and its result on lines of their own", () => {
  const { print, written } = createPrinter();
  const text: MessagePart = { type: "text", text: "Looking." };
  print([text, { ...CALL, state: "input-streaming" }]);
  print([text, { ...CALL, state: "input-available" }]);
  print([text, { ...CALL, state: "output-available", output: { status: "SHIPPED" } }]);
  print(
    [text, { ...CALL, state: "output-available", output: {} }, { type: "text", text: "Shipped." }],
    "completed",
  );

  assertEquals(
    written(),
    'Looking.\n· fetch_order_status {"order_id":"ORD-1"}\n  = {"status":"SHIPPED"}\nShipped.\n',
  );
});

Deno.test("AnswerPrinter gives a pipe nothing but what the model said", () => {
  const { print, written } = createPrinter({ isPlain: true });
  print(
    [{ ...CALL, state: "output-available", output: {} }, { type: "text", text: "Shipped." }],
    "completed",
  );

  assertEquals(written(), "Shipped.\n");
});

Deno.test("AnswerPrinter says a text anew when a rewind changed it", () => {
  const { print, written } = createPrinter();
  print([{ type: "text", text: "Hello there" }]);
  print([{ type: "text", text: "Hello you" }], "completed");

  assertEquals(written(), "Hello there\nHello you\n");
});

Deno.test("AnswerPrinter keeps quiet about what was said before", () => {
  const { printer, written } = createPrinter();
  const state = stateOf({ id: "a", role: "assistant", parts: [{ type: "text", text: "Old" }] });
  printer.skip(state.messages);
  printer.print(state);

  assertEquals(written(), "");
});

Deno.test("AnswerPrinter goes on where it was when a rewind changed nothing", () => {
  const { print, written } = createPrinter();
  print([{ type: "text", text: "Hello there" }]);
  print([{ type: "text", text: "Hello" }]);
  print([{ type: "text", text: "Hello there, you" }], "completed");

  assertEquals(written(), "Hello there, you\n");
});
