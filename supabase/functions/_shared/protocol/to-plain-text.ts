/** An answer as the plain profile tells it: the `text` that its `done` has when it was told chunk by chunk. */
import type { Chunk } from "./chunk.ts";
import { sentenceOf } from "./error-codes.ts";
import { isToolPart, type Message, type MessagePart, toolNameOf } from "./message.ts";
import { type PlainState, toPlainFrames } from "./plain-profile.ts";

export function toPlainText({ parts, metadata }: Message): string {
  const ending: Chunk[] = metadata?.status === "failed"
    ? [{ type: "error", errorText: sentenceOf(metadata.errorCode) }]
    : [];
  let state: PlainState = { text: "" };
  let text = "";
  for (const chunk of [...parts.flatMap(toChunks), ...ending]) {
    const said = toPlainFrames(state, chunk);
    state = said.state;
    for (const frame of said.frames) if (frame.type === "token") text += frame.token;
  }
  return text;
}

function toChunks(part: MessagePart): Chunk[] {
  if (isToolPart(part)) {
    const { toolCallId, input, approval } = part;
    if (!approval) return [];
    return [
      { type: "tool-input-available", toolCallId, toolName: toolNameOf(part), input },
      { type: "tool-approval-request", toolCallId, approvalId: approval.id },
    ];
  }
  switch (part.type) {
    case "text":
      return [{ type: "text-start", id: "" }, { type: "text-delta", id: "", delta: part.text }];
    case "data-notice":
      return [{ type: "data-notice", data: part.data }];
    default:
      return [];
  }
}
