import { assertEquals, assertStringIncludes } from "@std/assert";
import { renderToStaticMarkup } from "react-dom/server";
import { toWireError } from "../client/protocol.ts";
import { chunks, CLOSING, OPENING, ready, said } from "../client/testing/frames.ts";
import { openTestSession } from "../client/testing/open-test-session.ts";
import { InputQuestion } from "./input-question.tsx";

const data = {
  interruptId: "interrupt-1",
  toolCallId: "c",
  toolName: "place_order",
  missing: ["order_id", "size", "gift"],
  question: "Which order?",
  inputSchema: {
    properties: {
      order_id: { type: "string" },
      size: { enum: ["small", "large"] },
      gift: { type: "boolean" },
    },
  },
};

/** A session in which the question is open, and the form that shows it. */
async function ask() {
  const { session, socket } = await openTestSession();
  const asked = chunks(2, [...OPENING, { type: "data-input-required", data }, ...CLOSING]);
  socket.receive(ready({ seq: 6 }), said(1, "Order it"), asked);
  const { openQuestion } = session.state;
  if (!openQuestion) throw new Error("Nothing was asked");
  const show = () => renderToStaticMarkup(<InputQuestion question={openQuestion} client={session} />);
  return { session, socket, show };
}

Deno.test("InputQuestion takes no more text than the server does", async () => {
  const { session, show } = await ask();

  assertStringIncludes(show(), 'maxLength="2000"');
  session.detach();
});

Deno.test("InputQuestion can be answered while it is open: not twice, and again after a refusal", async () => {
  const { session, socket, show } = await ask();
  const canAnswer = () => !show().includes("disabled");
  const could = [canAnswer()];
  const commandId = session.provideInput("interrupt-1", { order_id: "1" });
  could.push(canAnswer());
  socket.receive({ type: "error", error: toWireError("queue_full", { commandId }) });
  could.push(canAnswer());
  session.provideInput("interrupt-1", { order_id: "x".repeat(2_001) });
  could.push(canAnswer());
  session.detach();

  assertEquals(could, [true, false, true, true]);
});

Deno.test("InputQuestion shows what was entered when that was refused", async () => {
  const { session, socket, show } = await ask();
  const values = { order_id: "ORD-1001", size: "large", gift: true };
  const commandId = session.provideInput("interrupt-1", values);
  socket.receive({ type: "error", error: toWireError("queue_full", { commandId }) });

  const markup = show();
  assertStringIncludes(markup, 'value="ORD-1001"');
  assertStringIncludes(markup, '<option selected="">large</option>');
  assertStringIncludes(markup, 'checked=""');
  session.detach();
});
