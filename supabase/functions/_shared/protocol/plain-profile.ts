/** The plain profile (wscat, the seeds' clients): bare text in; `start`, `token`…, `done` out. */
import type { Chunk } from "./chunk.ts";

export type PlainFrame =
  | { type: "start"; role: "assistant" }
  | { type: "token"; token: string }
  | { type: "done"; text: string }
  | { type: "error"; code: string; message: string };

/** What has been said in the current answer, and the last tool call in words; `null` between answers. */
export type PlainState = { text: string; call?: string } | null;

/**
 * Translates the chunks of one answer. The joined tokens always equal the `text` of `done`. A second text part of the
 * same answer is set off by a blank line, because tool calls between them are invisible here.
 */
export function toPlainFrames(state: PlainState, chunk: Chunk): { state: PlainState; frames: PlainFrame[] } {
  switch (chunk.type) {
    case "start":
      return { state: { text: "" }, frames: [{ type: "start", role: "assistant" }] };
    case "text-start":
      return state && state.text !== "" ? said(state, gap(state)) : { state, frames: [] };
    case "text-delta":
      return state && chunk.delta !== "" ? said(state, chunk.delta) : { state, frames: [] };
    case "tool-input-available":
      return {
        state: state && { ...state, call: `${chunk.toolName}(${JSON.stringify(chunk.input)})` },
        frames: [],
      };
    case "tool-approval-request":
      return state
        ? said(state, `${gap(state)}[Allow ${state.call ?? "the tool call"}? Answer yes or no.]`)
        : { state, frames: [] };
    case "reset-step":
      return state
        ? said(state, `${gap(state)}[The answer was interrupted and starts again.]`)
        : { state, frames: [] };
    case "data-notice":
      return state ? said(state, `${gap(state)}[${chunk.data.message}]\n`) : { state, frames: [] };
    case "error": {
      if (!state) return { state, frames: [] };
      const token = `${gap(state)}[${chunk.errorText}]`;
      return { state: null, frames: [{ type: "token", token }, { type: "done", text: state.text + token }] };
    }
    case "finish":
    case "abort":
      return { state: null, frames: state ? [{ type: "done", text: state.text }] : [] };
    default:
      return { state, frames: [] };
  }
}

/** Sets what follows off from what has been said. */
function gap({ text }: { text: string }): string {
  return text === "" ? "" : "\n\n";
}

function said(state: NonNullable<PlainState>, token: string): { state: PlainState; frames: PlainFrame[] } {
  return { state: { ...state, text: state.text + token }, frames: [{ type: "token", token }] };
}
