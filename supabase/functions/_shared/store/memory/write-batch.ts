/** What one batch changes in the memory database, once its lease has let it through. */
import type { AppendBatch, SessionEvent } from "../session-store.ts";
import type { MemoryDatabase, MemorySession } from "./memory-database.ts";
import { isFinal } from "./turns.ts";

/** What Postgres's constraints refuse: then nothing of the batch is applied. */
export function contradictsLog(session: MemorySession, batch: AppendBatch): boolean {
  const turnIds = new Set([...session.turns.keys(), ...batch.turns.map(({ turnId }) => turnId)]);
  const hasStrayChunks = batch.chunkRuns.some(({ turnId, seqFrom, chunks }) =>
    !turnIds.has(turnId) || seqFrom < batch.seqFrom || seqFrom + chunks.length - 1 > batch.lastSeq
  );
  const seqs = batch.events.flatMap(({ seq }) => seq === null ? [] : [seq]);
  const taken = new Set(session.events.map(({ seq }) => seq));
  const hasTakenSeq = new Set(seqs).size < seqs.length || seqs.some((seq) => taken.has(seq));
  return hasStrayChunks || hasTakenSeq || batch.events.some(isBackwards);
}

function isBackwards({ seq, seqTo }: SessionEvent): boolean {
  return seqTo !== undefined && (seq === null || seqTo < seq);
}

export function writeBatch(database: MemoryDatabase, session: MemorySession, batch: AppendBatch): void {
  writeTurns(database, session, batch);
  for (const { seqFrom, turnId, chunks } of batch.chunkRuns) {
    if (chunks.length === 0) continue;
    session.buffer.push({
      seqFrom,
      seqTo: seqFrom + chunks.length - 1,
      turnId,
      chunks: structuredClone(chunks),
    });
  }
  for (const event of batch.events) {
    const { seq, seqTo = seq } = event;
    const end = seqTo === null ? {} : { seqTo };
    session.events.push({ ...structuredClone(event), ...end, id: database.nextId++ });
  }
  for (const { commandId, seq, refusal = null } of batch.acks) {
    const command = session.commands.find((known) => known.command.id === commandId && !known.isSettled);
    if (command) Object.assign(command, { isSettled: true, seq, refusal });
  }
  countUp(session, batch);
}

function writeTurns(database: MemoryDatabase, session: MemorySession, { turns }: AppendBatch): void {
  const latest = new Map(turns.map((change) => [change.turnId, change]));
  for (const change of latest.values()) {
    const finishedAt = isFinal(change.status) ? database.clock.now() : null;
    const known = session.turns.get(change.turnId);
    if (!known) {
      session.turns.set(change.turnId, { ...change, attempts: 1, finishedAt, isTrimmed: false });
    } else if (!isFinal(known.status)) {
      const { status, messageId, checkpoint } = change;
      Object.assign(known, { status, messageId, checkpoint, finishedAt });
    }
  }
  if (turns.length > 0) session.lease.idleSince = database.clock.now();
}

/** Whose word about the title counts more. */
const RANK = { message: 0, model: 1, user: 2 };

function countUp(session: MemorySession, { events, usage, title }: AppendBatch): void {
  if (title?.text && RANK[title.source] >= RANK[session.titleSource]) {
    session.title = title.text.slice(0, 200);
    session.titleSource = title.source;
  }
  session.inputTokens += usage?.inputTokens ?? 0;
  session.outputTokens += usage?.outputTokens ?? 0;
  const types = events.map(({ eventType }) => eventType);
  session.messageCount += types.filter((type) => type.endsWith("_message")).length;
  if (!types.includes("user_message")) return;
  // New content makes the last ending history.
  Object.assign(session, { status: "active", endTime: null, durationSeconds: null, endReason: null });
}
