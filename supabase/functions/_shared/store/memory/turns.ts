/** Turns of the memory database: which are open, and how one ends that no worker is left to finish (R7). */
import {
  applyChunk,
  type Chunk,
  type Message,
  type MessageMetadata,
  textOf,
  toDraft,
  type TurnStatus,
} from "../../protocol/mod.ts";
import { type Stop, toStopChunks } from "../../turn/to-stop-chunks.ts";
import type { TurnChange } from "../session-store.ts";
import { type BufferRow, type MemoryDatabase, type MemorySession, messageOf } from "./memory-database.ts";

export function isFinal(status: TurnStatus): boolean {
  return status !== "queued" && status !== "running" && status !== "waiting";
}

export function openTurns(session: MemorySession): TurnChange[] {
  return [...session.turns.values()]
    .filter((turn) => !isFinal(turn.status))
    .toSorted((left, right) => left.userSeq - right.userSeq)
    .map(({ turnId, messageId, status, userSeq, attempts, checkpoint }) => ({
      ...{ turnId, messageId, status, userSeq, attempts },
      ...(checkpoint ? { checkpoint } : {}),
    }));
}

/** Those that keep a session active; a waiting turn does not (K15). The running one comes first. */
export function activeTurns(session: MemorySession): TurnChange[] {
  return openTurns(session)
    .filter(({ status }) => status !== "waiting")
    .toSorted((left, right) => Number(right.status === "running") - Number(left.status === "running"));
}

/** Whether a finished message has replaced these chunks (K9). */
export function isCovered(session: MemorySession, row: BufferRow): boolean {
  const messageId = session.turns.get(row.turnId)?.messageId;
  return session.events.some((event) =>
    event.eventType === "assistant_message" && event.seq !== null && messageOf(event)?.id === messageId &&
    event.seq <= row.seqFrom && (event.seqTo ?? event.seq) >= row.seqTo
  );
}

/** Returns the seq of the last item written, `null` when the turn had ended. Begin an epoch first. */
export function stopTurn(
  database: MemoryDatabase,
  session: MemorySession,
  { turnId, status }: Omit<Stop, "isInLine">,
): number | null {
  const turn = session.turns.get(turnId);
  if (!turn || isFinal(turn.status)) return null;
  const isInLine = turn.status === "queued";
  turn.status = status;
  turn.finishedAt = database.clock.now();
  session.lease.idleSince = database.clock.now();

  const stored = session.events.findLast((event) => messageOf(event)?.id === turn.messageId);
  const known = stored && messageOf(stored);
  const rows = session.buffer.filter((row) =>
    row.turnId === turnId && row.seqFrom > (stored?.seqTo ?? stored?.seq ?? 0)
  );

  const base: Message = known ?? { id: turn.messageId, role: "assistant", parts: [] };
  const draft = rows.flatMap(({ chunks }) => chunks).reduce(applyChunk, toDraft(base));
  const start: Chunk = {
    type: "start",
    messageId: turn.messageId,
    messageMetadata: { ...startMetadata(database, session, turn), ...known?.metadata },
  };
  const closing = [
    ...(rows.length === 0 ? [start] : []),
    ...toStopChunks(draft, { turnId, status, isInLine }),
  ];
  const seqFrom = session.lease.lastSeq + 1;
  const row = { seqFrom, seqTo: seqFrom + closing.length - 1, turnId, chunks: closing };
  session.buffer.push(row);
  session.lease.lastSeq = row.seqTo;

  const { message } = closing.reduce(applyChunk, draft);
  session.events.push({
    id: database.nextId++,
    seq: rows[0]?.seqFrom ?? seqFrom,
    seqTo: row.seqTo,
    eventType: "assistant_message",
    role: "assistant",
    content: textOf(message),
    data: { message, turnId },
  });
  session.messageCount++;
  return row.seqTo;
}

/** What the start of an answer tells: which question it answers, and which answer it stands for. */
function startMetadata(
  { clock }: MemoryDatabase,
  { events }: MemorySession,
  { turnId, messageId, userSeq }: TurnChange,
): MessageMetadata {
  const createdAt = new Date(clock.now()).toISOString();
  const asked = events.find(({ seq, eventType }) => seq === userSeq && eventType === "user_message");
  const replyTo = asked && messageOf(asked)?.id;
  if (replyTo === undefined) return { turnId, createdAt };
  const replaces = events
    .filter(({ eventType }) => eventType === "assistant_message")
    .toSorted((left, right) => (right.seq ?? 0) - (left.seq ?? 0))
    .map(messageOf)
    .find((message) => message?.metadata?.replyTo === replyTo && message.id !== messageId)?.id;
  return { turnId, replyTo, ...(replaces ? { replaces } : {}), createdAt };
}
