/** The plain profile (wscat, the seeds' clients): bare text in; `start`, `token`…, `done` out. */
import type { Chunk } from "./chunk.ts";

export type PlainFrame =
  | { type: "start"; role: "assistant" }
  | { type: "token"; token: string }
  | { type: "done"; text: string }
  | { type: "error"; code: string; message: string };

/** What has been said in the current answer; `null` between answers. */
export type PlainState = { text: string } | null;

/**
 * Translates the chunks of one answer. The joined tokens always equal the `text` of `done`. A second text part of the
 * same answer is set off by a blank line, because tool calls between them are invisible here.
 */
export function toPlainFrames(state: PlainState, chunk: Chunk): { state: PlainState; frames: PlainFrame[] } {
  switch (chunk.type) {
    case "start":
      return { state: { text: "" }, frames: [{ type: "start", role: "assistant" }] };
    case "text-start":
      return state && state.text !== "" ? said(state, "\n\n") : { state, frames: [] };
    case "text-delta":
      return state && chunk.delta !== "" ? said(state, chunk.delta) : { state, frames: [] };
    case "data-notice":
      return state
        ? said(state, `${state.text === "" ? "" : "\n\n"}[${chunk.data.message}]\n`)
        : { state, frames: [] };
    case "error": {
      if (!state) return { state, frames: [] };
      const token = `${state.text === "" ? "" : "\n\n"}[${chunk.errorText}]`;
      return { state: null, frames: [{ type: "token", token }, { type: "done", text: state.text + token }] };
    }
    case "finish":
    case "abort":
      return { state: null, frames: state ? [{ type: "done", text: state.text }] : [] };
    default:
      return { state, frames: [] };
  }
}

function said(state: { text: string }, token: string): { state: PlainState; frames: PlainFrame[] } {
  return { state: { text: state.text + token }, frames: [{ type: "token", token }] };
}
