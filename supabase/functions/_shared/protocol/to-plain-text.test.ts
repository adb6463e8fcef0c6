import { assertEquals } from "@std/assert";
import { applyChunk, type Chunk, type PlainState, toDraft, toPlainFrames, toPlainText } from "./mod.ts";

const speech = (id: string, delta: string): Chunk[] => [
  { type: "text-start", id },
  { type: "text-delta", id, delta },
  { type: "text-end", id },
];

Deno.test("toPlainText() is what the profile says of the same answer chunk by chunk", () => {
  const opening: Chunk[] = [
    { type: "start", messageId: "m" },
    { type: "start-step" },
    { type: "data-notice", data: { code: "model_switched", message: "Another model answers." } },
    ...speech("1", "First"),
    { type: "tool-input-available", toolCallId: "c", toolName: "cancel_order", input: { order_id: "ORD-1" } },
    { type: "tool-approval-request", approvalId: "p", toolCallId: "c" },
    { type: "tool-approval-response", approvalId: "p", approved: true },
    { type: "tool-output-available", toolCallId: "c", output: {} },
    ...speech("2", "Second"),
  ];
  const status = (status: "cancelled" | "failed", errorCode?: string): Chunk => ({
    type: "message-metadata",
    messageMetadata: { status, errorCode },
  });
  const endings: Chunk[][] = [
    [{ type: "finish", messageMetadata: { status: "completed" } }],
    [status("cancelled"), { type: "abort" }],
    [status("failed", "model_unavailable"), { type: "error", errorText: "The model could not be reached." }],
  ];

  for (const ending of endings) {
    const chunks = [...opening, ...ending];
    const { message } = chunks.reduce(applyChunk, toDraft({ id: "m", role: "assistant", parts: [] }));
    let state: PlainState = null;
    const frames = chunks.flatMap((chunk) => {
      const said = toPlainFrames(state, chunk);
      state = said.state;
      return said.frames;
    });

    assertEquals(frames.at(-1), { type: "done", text: toPlainText(message) });
  }
});
