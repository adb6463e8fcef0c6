/** The items of a page of the log, as frames: fewer than carried them when they were live. */
import type { Frame } from "../protocol/mod.ts";
import type { LogItem, LogPage } from "../store/session-store.ts";
import type { SpokenFrame } from "./log-writer.ts";
import { mergeLogItems } from "./merge-log-items.ts";

/** `reachedSeq` is what the page was read after. */
export function toLogFrames(page: LogPage, reachedSeq: number): SpokenFrame[] {
  let reached = reachedSeq;
  return mergeLogItems(page.items).map((item) => {
    const spoken = toLogFrame(item, { page, reached });
    reached = Math.max(reached, spoken.seqTo);
    return spoken;
  });
}

function toLogFrame(item: LogItem, { page, reached }: { page: LogPage; reached: number }): SpokenFrame {
  const { epoch, lastSeq } = page;
  // What lies between was said in an answer that ended later, and comes whole with it.
  const after = item.seq > reached + 1 ? { after: reached } : {};
  if (item.kind === "message") {
    const { seq, seqTo, message } = item;
    const range = seqTo > seq ? { seqTo } : {};
    return { seqTo, frame: { type: "message", epoch, seq, ...range, ...after, message } };
  }
  const { seq, turnId, messageId, chunks } = item;
  const frame: Frame = {
    type: "chunks",
    epoch,
    seq,
    ...after,
    durableSeq: lastSeq,
    turnId,
    messageId,
    chunks,
  };
  return { seqTo: seq + chunks.length - 1, frame };
}
