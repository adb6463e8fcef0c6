/** Roughly the bytes of a chunk as JSON; counted for every token, hence no encoding of speech. */
import type { Chunk } from "../protocol/mod.ts";

const OVERHEAD = 60;

export function chunkSize(chunk: Chunk): number {
  if ("delta" in chunk) return OVERHEAD + chunk.delta.length;
  if ("output" in chunk) return OVERHEAD + JSON.stringify(chunk.output ?? null).length;
  if ("input" in chunk) return OVERHEAD + JSON.stringify(chunk.input ?? null).length;
  return 2 * OVERHEAD;
}
