/** Goes on with a turn that waits for nothing but the user's token, once a socket has brought one (K14). */
import { applyChunk, type Chunk, toDraft } from "../protocol/mod.ts";
import { openApprovals } from "../turn/settle-approvals.ts";
import type { Leading } from "./leading.ts";

export function resumeTurn(leading: Leading): void {
  const { waiting, transcript, queue, writer, ports } = leading;
  const answer = waiting && transcript.find(waiting.messageId);
  if (!waiting || !answer || leading.isEnding || ports.accessToken() === null) return;
  if (openApprovals(answer).length > 0) return;
  leading.waiting = null;
  const { turnId, messageId, userSeq } = waiting;
  const start: Chunk = { type: "start", messageId, messageMetadata: { turnId, status: "running" } };
  const seqFrom = writer.nextSeq;
  writer.writeChunks([start], {
    ...{ turnId, messageId },
    change: () => ({ turns: [{ turnId, messageId, userSeq, status: "running" }] }),
  }).catch(() => {});
  queue.add({
    ...{ turnId, messageId, userSeq },
    decided: { turnId, seqFrom, draft: applyChunk(toDraft(answer), start) },
  });
}
