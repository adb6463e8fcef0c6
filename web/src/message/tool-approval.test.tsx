import { assertEquals } from "@std/assert";
import { renderToStaticMarkup } from "react-dom/server";
import { isToolPart, type SessionClient } from "../client/mod.ts";
import { chunks, ready, said, TURN } from "../client/testing/frames.ts";
import { openTestSession } from "../client/testing/open-test-session.ts";
import { ToolApproval } from "./tool-approval.tsx";

function canDecide(session: SessionClient): boolean {
  const part = session.state.messages.at(-1)?.parts.find(isToolPart);
  if (!part) throw new Error("No tool was called");
  return !renderToStaticMarkup(<ToolApproval part={part} client={session} />).includes("disabled");
}

Deno.test("ToolApproval can be decided while it is open: not twice, and again after a refusal", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(
    ready({ seq: 5 }),
    said(1, "Cancel it"),
    chunks(2, [
      { type: "start", messageId: TURN.messageId },
      { type: "tool-input-available", toolCallId: "c", toolName: "cancel_order", input: {} },
      { type: "tool-approval-request", approvalId: "approval-1", toolCallId: "c" },
      { type: "finish", finishReason: "tool-calls", messageMetadata: { status: "waiting" } },
    ]),
  );
  const could = [canDecide(session)];
  const commandId = session.approve("approval-1", { approved: true });
  could.push(canDecide(session));
  const error = { type: "server", code: "internal", message: "Something went wrong.", retryable: true };
  socket.receive({ type: "error", error: { ...error, commandId } });
  could.push(canDecide(session));
  session.detach();

  assertEquals(could, [true, false, true]);
});
