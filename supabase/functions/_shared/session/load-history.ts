/** Reads a session's whole log when a worker takes it over: the transcript, and what was left unfinished. */
import { applyChunk, type Chunk, type Draft, type Message, toDraft } from "../protocol/mod.ts";
import type { SessionStore, TurnChange } from "../store/session-store.ts";
import { Transcript } from "./transcript.ts";

/** An answer that has chunks in the log and no finished message. */
export interface PartialAnswer {
  turnId: string;
  seqFrom: number;
  draft: Draft;
}

export interface History {
  transcript: Transcript;
  partialAnswers: PartialAnswer[];
  openTurns: TurnChange[];
  title: string | null;
  lastSeq: number;
}

export async function loadHistory(store: SessionStore, sessionId: string): Promise<History> {
  const transcript = new Transcript();
  const streams = new Map<string, { turnId: string; seqFrom: number; chunks: Chunk[] }>();
  for (let afterSeq = 0;;) {
    const page = await store.readLog({ sessionId, afterSeq });
    for (const item of page.items) {
      if (item.kind === "message") {
        transcript.put(item.message, item.seq);
        continue;
      }
      const stream = streams.get(item.messageId) ?? { turnId: item.turnId, seqFrom: item.seq, chunks: [] };
      stream.chunks.push(...item.chunks);
      streams.set(item.messageId, stream);
    }
    if (page.nextSeq !== null) {
      afterSeq = page.nextSeq;
      continue;
    }
    const partialAnswers = [...streams].map(([messageId, { turnId, seqFrom, chunks }]) => {
      // A continued answer starts from what it said before its pause.
      const start: Message = transcript.find(messageId) ?? { id: messageId, role: "assistant", parts: [] };
      return { turnId, seqFrom, draft: chunks.reduce(applyChunk, toDraft(start)) };
    });
    const { openTurns, title, lastSeq } = page;
    return { transcript, partialAnswers, openTurns, title, lastSeq };
  }
}
