/** An item read from the log, as the frame that carried it when it was live. */
import type { Frame } from "../protocol/mod.ts";
import type { LogItem } from "../store/session-store.ts";
import type { SpokenFrame } from "./log-writer.ts";

export function toLogFrame(
  item: LogItem,
  { epoch, lastSeq }: { epoch: number; lastSeq: number },
): SpokenFrame {
  if (item.kind === "message") {
    const { seq, seqTo, message } = item;
    return { seqTo, frame: { type: "message", epoch, seq, ...(seqTo > seq ? { seqTo } : {}), message } };
  }
  const { seq, turnId, messageId, chunks } = item;
  const frame: Frame = { type: "chunks", epoch, seq, durableSeq: lastSeq, turnId, messageId, chunks };
  return { seqTo: seq + chunks.length - 1, frame };
}
