import { assertEquals } from "@std/assert";
import { type Chunk, type PlainFrame, type PlainState, toPlainFrames } from "./mod.ts";

function translate(chunks: Chunk[]): PlainFrame[] {
  let state: PlainState = null;
  return chunks.flatMap((chunk) => {
    const result = toPlainFrames(state, chunk);
    state = result.state;
    return result.frames;
  });
}

const tokens = (frames: PlainFrame[]) =>
  frames.flatMap((frame) => frame.type === "token" ? [frame.token] : []).join("");

Deno.test("the plain profile says exactly start, token… and done", () => {
  const frames = translate([
    { type: "start", messageId: "m" },
    { type: "start-step" },
    { type: "text-start", id: "a" },
    { type: "text-delta", id: "a", delta: "Hel" },
    { type: "text-delta", id: "a", delta: "lo" },
    { type: "text-end", id: "a" },
    { type: "finish-step" },
    { type: "finish", finishReason: "stop" },
  ]);

  assertEquals(frames, [
    { type: "start", role: "assistant" },
    { type: "token", token: "Hel" },
    { type: "token", token: "lo" },
    { type: "done", text: "Hello" },
  ]);
});

Deno.test("the joined tokens equal the text of done, with tools, notices, approvals and failures in between", () => {
  const endings: Chunk[] = [{ type: "finish" }, { type: "abort" }, {
    type: "error",
    errorText: "It failed.",
  }];
  for (const ending of endings) {
    const frames = translate([
      { type: "start", messageId: "m" },
      { type: "data-notice", data: { code: "model_switched", message: "Another model answers." } },
      { type: "text-start", id: "a" },
      { type: "text-delta", id: "a", delta: "First" },
      { type: "text-end", id: "a" },
      {
        type: "tool-input-available",
        toolCallId: "c",
        toolName: "cancel_order",
        input: { order_id: "ORD-1" },
      },
      { type: "tool-approval-request", approvalId: "p", toolCallId: "c" },
      { type: "text-start", id: "b" },
      { type: "text-delta", id: "b", delta: "Second" },
      ending,
    ]);

    assertEquals(frames.at(-1), { type: "done", text: tokens(frames) });
  }
});

Deno.test("an answer joined in the middle is left out until the next one starts", () => {
  const frames = translate([{ type: "text-delta", id: "a", delta: "middle" }, { type: "finish" }]);

  assertEquals(frames, []);
});
