/** Frames that wait for a socket, in order; runs of `chunks` frames of one answer are kept as one. */
import type { Frame, FrameOf } from "../protocol/mod.ts";
import { appendChunks, isContinuation } from "./merge-chunks.ts";

/** A merged frame grows no larger, so that one send stays a small part of what a socket may have unread. */
const MAX_MERGED_SIZE = 32 * 1024;

interface HeldFrame {
  frame: Frame;
  size: number;
  /** Stands for several frames, and belongs to this queue alone. */
  isMerged: boolean;
}

export class HeldFrames {
  #frames: HeldFrame[] = [];
  #size = 0;

  /** UTF-16 units of JSON, which come close to bytes. */
  get size(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  add(frame: Frame): void {
    const last = this.#frames.at(-1);
    if (last && last.size < MAX_MERGED_SIZE && isContinuation(last.frame, frame)) {
      return this.#merge(last, frame);
    }
    const size = JSON.stringify(frame).length;
    this.#frames.push({ frame, size, isMerged: false });
    this.#size += size;
  }

  take(): { frame: Frame; isMerged: boolean } | null {
    const first = this.#frames.shift();
    if (!first) return null;
    this.#size -= first.size;
    return first;
  }

  clear(): void {
    this.#frames = [];
    this.#size = 0;
  }

  #merge(held: HeldFrame, next: FrameOf<"chunks">): void {
    const frame = held.frame as FrameOf<"chunks">;
    if (!held.isMerged) held.frame = { ...frame, chunks: [...frame.chunks] };
    held.isMerged = true;
    appendChunks(held.frame as FrameOf<"chunks">, next);
    const size = JSON.stringify(next.chunks).length;
    held.size += size;
    this.#size += size;
  }
}
