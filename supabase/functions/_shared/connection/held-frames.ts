/** Frames that wait for a socket, in order; runs of `chunks` frames of one answer are kept as one. */
import { encodeFrame, type Frame, type FrameOf } from "../protocol/mod.ts";
import { chunkSize } from "../session/chunk-size.ts";
import type { SharedFrame } from "../session/listener.ts";
import { appendChunks, isContinuation } from "./merge-chunks.ts";

/** A merged frame grows no larger, so that one send stays a small part of what a socket may have unread. */
const MAX_MERGED_SIZE = 32 * 1024;

/** A frame with its text, which one encoding serves for measuring and sending, for all connections that hold it (R13). */
export type EncodedFrame = Pick<SharedFrame, "frame" | "text">;

/** `text` is null for a frame that stands for several, and belongs to this queue alone. */
export type TakenFrame = EncodedFrame | { frame: Frame; text: null };

interface HeldFrame {
  taken: TakenFrame;
  size: number;
}

export class HeldFrames {
  #frames: HeldFrame[] = [];
  #size = 0;

  /** UTF-16 units of JSON, roughly, which come close to bytes. */
  get size(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  add(next: EncodedFrame): void {
    const last = this.#frames.at(-1);
    const { frame } = next;
    if (last && last.size < MAX_MERGED_SIZE && isContinuation(last.taken.frame, frame)) {
      return this.#merge(last, frame);
    }
    const size = next.text.length;
    this.#frames.push({ taken: next, size });
    this.#size += size;
  }

  take(): TakenFrame | null {
    const first = this.#frames.shift();
    if (!first) return null;
    this.#size -= first.size;
    return first.taken;
  }

  clear(): void {
    this.#frames = [];
    this.#size = 0;
  }

  #merge(held: HeldFrame, next: FrameOf<"chunks">): void {
    const { frame, text } = held.taken as { frame: FrameOf<"chunks">; text: string | null };
    const merged = text === null ? frame : { ...frame, chunks: [...frame.chunks] };
    appendChunks(merged, next);
    held.taken = { frame: merged, text: null };
    const size = next.chunks.reduce((sum, chunk) => sum + chunkSize(chunk), 0);
    held.size += size;
    this.#size += size;
  }
}

export function toEncodedFrame(frame: Frame): EncodedFrame {
  return { frame, text: encodeFrame(frame) };
}
