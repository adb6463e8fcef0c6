/** How chunks are stored: neighbouring deltas of one part share an entry, because most of a stream is deltas of few bytes. */
import type { Chunk, PackedChunk, PackedDeltas, SpeechDelta, ToolDelta } from "../protocol/mod.ts";

export function packChunks(chunks: readonly Chunk[]): PackedChunk[] {
  const packed: PackedChunk[] = [];
  for (const chunk of chunks) {
    const last = packed.at(-1);
    if (!isDelta(chunk)) packed.push(chunk);
    else if (last && "deltas" in last && isSamePart(last, chunk)) last.deltas.push(deltaOf(chunk));
    else packed.push(startOf(chunk));
  }
  return packed;
}

function isDelta(chunk: Chunk): chunk is SpeechDelta | ToolDelta {
  return chunk.type === "text-delta" || chunk.type === "reasoning-delta" || chunk.type === "tool-input-delta";
}

function isSamePart(packed: PackedDeltas, chunk: SpeechDelta | ToolDelta): boolean {
  return packed.type === chunk.type && partOf(packed) === partOf(chunk);
}

function partOf(delta: PackedDeltas | SpeechDelta | ToolDelta): string {
  return delta.type === "tool-input-delta" ? delta.toolCallId : delta.id;
}

function startOf(chunk: SpeechDelta | ToolDelta): PackedDeltas {
  return chunk.type === "tool-input-delta"
    ? { type: chunk.type, toolCallId: chunk.toolCallId, deltas: [chunk.inputTextDelta] }
    : { type: chunk.type, id: chunk.id, deltas: [chunk.delta] };
}

function deltaOf(chunk: SpeechDelta | ToolDelta): string {
  return chunk.type === "tool-input-delta" ? chunk.inputTextDelta : chunk.delta;
}
