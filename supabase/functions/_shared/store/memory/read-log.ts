/** Pages of the memory database's log (K3, K8). */
import type { Resume } from "../../protocol/mod.ts";
import type { LogItem, LogPage, ReadLog } from "../session-store.ts";
import { activeTurn } from "./active-turn.ts";
import { endingOf } from "./end-session.ts";
import { findSession, keptSeq } from "./lease.ts";
import { type MemoryDatabase, type MemorySession, messageOf } from "./memory-database.ts";
import { isCovered, openTurns } from "./turns.ts";

export function readLog(database: MemoryDatabase, request: ReadLog): LogPage {
  const session = findSession(database, request.sessionId);
  const resume = resumeOf(session, request.cursor);
  const afterSeq = startOf(request, resume);
  const { items, nextSeq } = pageOf(
    itemsAfter(session, afterSeq),
    request.maxBytes ?? database.settings.readMaxBytes,
  );
  return {
    epoch: session.lease.epoch,
    lastSeq: session.lease.lastSeq,
    resume,
    items: structuredClone(items),
    nextSeq,
    activeTurn: activeTurn(session),
    openTurns: openTurns(session),
    status: session.status,
    title: session.title,
    ending: session.status === "ended" ? endingOf(session) : null,
  };
}

function resumeOf(session: MemorySession, cursor: ReadLog["cursor"]): Resume {
  if (!cursor) return { kind: "replay" };
  const isKnown = session.epochs.some(({ epoch }) => epoch === cursor.epoch);
  if (!isKnown || cursor.seq < session.lease.prunedSeq) return { kind: "snapshot" };
  const kept = keptSeq(session, cursor.epoch);
  return cursor.seq > kept ? { kind: "rewind", rewindTo: kept } : { kind: "replay" };
}

function startOf({ cursor, afterSeq = 0 }: ReadLog, resume: Resume): number {
  if (!cursor) return afterSeq;
  if (resume.kind === "rewind") return resume.rewindTo;
  return resume.kind === "replay" ? cursor.seq : 0;
}

interface Place {
  seq: number;
  seqTo: number;
  item: LogItem;
}

function itemsAfter(session: MemorySession, afterSeq: number): Place[] {
  const messages = session.events.flatMap((event): Place[] => {
    const message = messageOf(event);
    if (!message || event.seq === null) return [];
    const { seq, seqTo = seq } = event;
    return seqTo > afterSeq ? [{ seq, seqTo, item: { kind: "message", seq, seqTo, message } }] : [];
  });
  const chunks = session.buffer.flatMap((row): Place[] => {
    const turn = session.turns.get(row.turnId);
    if (!turn || row.seqTo <= afterSeq || isCovered(session, row)) return [];
    const seq = Math.max(row.seqFrom, afterSeq + 1);
    const { turnId, messageId } = turn;
    const rest = row.chunks.slice(seq - row.seqFrom);
    return [{ seq, seqTo: row.seqTo, item: { kind: "chunks", seq, turnId, messageId, chunks: rest } }];
  });
  return [...messages, ...chunks].toSorted((left, right) => left.seqTo - right.seqTo || right.seq - left.seq);
}

function pageOf(places: Place[], maxBytes: number): { items: LogItem[]; nextSeq: number | null } {
  const items: LogItem[] = [];
  let bytes = 0;
  let reachedSeq = 0;
  for (const { seqTo, item } of places) {
    if (items.length > 0 && bytes >= maxBytes) return { items, nextSeq: reachedSeq };
    items.push(item);
    bytes += new TextEncoder().encode(JSON.stringify(item)).length;
    reachedSeq = seqTo;
  }
  return { items, nextSeq: null };
}
