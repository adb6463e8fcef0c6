/** One `chunks` frame out of two that follow each other in the same answer; only a reader that is behind gets such (R13). */
import type { Frame, FrameOf } from "../protocol/mod.ts";

type ChunksFrame = FrameOf<"chunks">;

/** Whether `next` goes on where `frame` ends, so that one frame can carry both. */
export function isContinuation(frame: Frame, next: Frame): next is ChunksFrame {
  return frame.type === "chunks" && next.type === "chunks" && frame.epoch === next.epoch &&
    frame.turnId === next.turnId && frame.messageId === next.messageId &&
    frame.seq + frame.chunks.length === next.seq;
}

/** Adds the chunks of `next` to `frame`, which must be the caller's own and not a shared one. */
export function appendChunks(frame: ChunksFrame, next: ChunksFrame): void {
  frame.chunks.push(...next.chunks);
  frame.durableSeq = Math.max(frame.durableSeq, next.durableSeq);
}
