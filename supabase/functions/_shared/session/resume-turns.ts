/** Goes on with the turns that wait for nothing but the user's token, once a socket has brought one (K14). */
import { applyChunk, type Chunk, toDraft } from "../protocol/mod.ts";
import { openApprovals } from "../turn/settle-approvals.ts";
import type { Leading } from "./leading.ts";

export function resumeTurns(leading: Leading): void {
  const { waiting, transcript, queue, writer, ports } = leading;
  if (leading.isEnding || ports.accessToken() === null) return;
  for (const { turnId, messageId, userSeq } of waiting.all()) {
    const answer = transcript.find(messageId);
    if (!answer || openApprovals(answer).length > 0) continue;
    waiting.take(turnId);
    const start: Chunk = { type: "start", messageId, messageMetadata: { turnId, status: "running" } };
    const seqFrom = writer.nextSeq;
    writer.writeChunks([start], {
      turnId,
      messageId,
      change: () => ({ turns: [{ turnId, messageId, userSeq, status: "running" }] }),
    }).catch(() => {});
    const decided = { turnId, seqFrom, draft: applyChunk(toDraft(answer), start) };
    queue.add({ turnId, messageId, userSeq, decided });
  }
}
