/** Chunks as they are stored and read: neighbouring deltas of one part share an entry. */
import type { Chunk } from "./chunk.ts";

export type SpeechDelta = Extract<Chunk, { type: "text-delta" | "reasoning-delta" }>;
export type ToolDelta = Extract<Chunk, { type: "tool-input-delta" }>;

export type PackedDeltas =
  | { type: SpeechDelta["type"]; id: string; deltas: string[] }
  | { type: ToolDelta["type"]; toolCallId: string; deltas: string[] };

export type PackedChunk = Chunk | PackedDeltas;

export function unpackChunks(packed: readonly PackedChunk[]): Chunk[] {
  return packed.flatMap((entry): Chunk[] => {
    if (!("deltas" in entry)) return [entry];
    if (entry.type === "tool-input-delta") {
      const { type, toolCallId } = entry;
      return entry.deltas.map((inputTextDelta) => ({ type, toolCallId, inputTextDelta }));
    }
    const { type, id } = entry;
    return entry.deltas.map((delta) => ({ type, id, delta }));
  });
}
