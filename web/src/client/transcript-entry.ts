/** One message of the transcript, and what is needed to take its newest chunks back. */
import { isFinal } from "./is-final.ts";
import { applyChunk, type Chunk, type Draft, type Message, toDraft } from "./protocol.ts";

/** Chunks kept in the order they came, newest first, so that appending is cheap however long the answer is. */
interface ChunkRun {
  readonly seq: number;
  readonly chunks: readonly Chunk[];
  readonly previous: ChunkRun | null;
}

/** A message covers the log from `seq` to `seqTo`. `base` is the state before `tail`, which can still be rewound. */
export interface TranscriptEntry {
  readonly seq: number;
  readonly seqTo: number;
  readonly draft: Draft;
  readonly base: { readonly seqTo: number; readonly draft: Draft };
  readonly tail: ChunkRun | null;
}

export function toEntry(message: Message, { seq, seqTo }: { seq: number; seqTo: number }): TranscriptEntry {
  const draft = toDraft(message);
  return { seq, seqTo, draft, base: { seqTo, draft }, tail: null };
}

/** An answer nothing of which has been said yet. */
export function toEmptyAnswer(messageId: string, seq: number): TranscriptEntry {
  return toEntry({ id: messageId, role: "assistant", parts: [] }, { seq, seqTo: seq - 1 });
}

export interface ChunkAddition {
  seq: number;
  chunks: readonly Chunk[];
  /** Everything up to here is committed and will not be rewound. */
  durableSeq: number;
}

export function addChunks(
  entry: TranscriptEntry,
  { seq, chunks, durableSeq }: ChunkAddition,
): TranscriptEntry {
  const seqTo = seq + chunks.length - 1;
  const draft = chunks.reduce(applyNext, entry.draft);
  if (durableSeq >= seqTo) return { ...entry, seqTo, draft, base: { seqTo, draft }, tail: null };
  return { ...entry, seqTo, draft, tail: { seq, chunks, previous: entry.tail } };
}

/**
 * Takes back every chunk above `seq`. `null` when nothing can be kept: the entry is newer, or it came whole and its
 * pieces are unknown, so that it has to be fetched again.
 */
export function cutEntry(entry: TranscriptEntry, seq: number): TranscriptEntry | null {
  if (entry.seqTo <= seq) return entry;
  if (seq < entry.seq || seq < entry.base.seqTo) return null;

  const kept = keptRuns(entry.tail, seq);
  const chunks = kept.flatMap((run) => run.chunks);
  const draft = chunks.reduce(applyNext, entry.base.draft);
  const tail = kept.reduce<ChunkRun | null>((previous, run) => ({ ...run, previous }), null);
  return { ...entry, seqTo: seq, draft, tail };
}

function keptRuns(tail: ChunkRun | null, seq: number): ChunkRun[] {
  const kept: ChunkRun[] = [];
  for (let run = tail; run; run = run.previous) {
    if (run.seq > seq) continue;
    kept.push({ ...run, chunks: run.chunks.slice(0, seq - run.seq + 1) });
  }
  return kept.reverse();
}

/** A `start` continues an answer that waited, but begins one anew that had ended (it is being regenerated). */
function applyNext(draft: Draft, chunk: Chunk): Draft {
  if (chunk.type !== "start" || !isEnded(draft.message)) return applyChunk(draft, chunk);
  const { id, role } = draft.message;
  return applyChunk(toDraft({ id, role, parts: [] }), chunk);
}

function isEnded({ metadata }: Message): boolean {
  return metadata?.status !== undefined && isFinal(metadata.status);
}
