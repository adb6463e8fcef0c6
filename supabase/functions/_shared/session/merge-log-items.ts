/** Joins neighbouring runs of chunks of a page of the log: each is one flush, and a frame for each would cost a reader most. */
import type { LogItem } from "../store/session-store.ts";
import { chunkSize } from "./chunk-size.ts";

/** A frame grows no larger than about this; a single run may be. */
const MAX_FRAME_SIZE = 64 * 1024;

type ChunksItem = Extract<LogItem, { kind: "chunks" }>;

/** The same chunks in the same order with the same seqs, in fewer items. Leaves the items it is given as they are. */
export function mergeLogItems(items: readonly LogItem[]): LogItem[] {
  const merged: LogItem[] = [];
  let lastSize = 0;
  for (const item of items) {
    if (item.kind === "message") {
      merged.push(item);
      continue;
    }
    const size = item.chunks.reduce((sum, chunk) => sum + chunkSize(chunk), 0);
    const last = merged.at(-1);
    if (last?.kind === "chunks" && goesOn(last, item) && lastSize + size <= MAX_FRAME_SIZE) {
      for (const chunk of item.chunks) last.chunks.push(chunk);
      lastSize += size;
    } else {
      merged.push({ ...item, chunks: [...item.chunks] });
      lastSize = size;
    }
  }
  return merged;
}

function goesOn(last: ChunksItem, next: ChunksItem): boolean {
  return last.turnId === next.turnId && last.messageId === next.messageId &&
    last.seq + last.chunks.length === next.seq;
}
