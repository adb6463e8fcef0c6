/** The part of a session's log that this client holds, in order of `seq` (R2), each item once (R3). */
import type { FrameOf } from "./protocol.ts";
import { addChunks, cutEntry, toEmptyAnswer, toEntry, type TranscriptEntry } from "./transcript-entry.ts";

export interface Transcript {
  /** Sorted by the start of what each message covers (K9). */
  readonly entries: readonly TranscriptEntry[];
  /** The last item held, 0 for none. */
  readonly lastSeq: number;
}

export const EMPTY_TRANSCRIPT: Transcript = { entries: [], lastSeq: 0 };

/** Adds a message, or puts it in the place of its own chunks. One that is held already changes nothing. */
export function withMessage(transcript: Transcript, frame: FrameOf<"message">): Transcript {
  const { message, seq, seqTo = seq } = frame;
  const held = transcript.entries.find((entry) => entry.draft.message.id === message.id);
  if (held && held.tail === null && held.seqTo >= seqTo) return transcript;
  if (held && held.seqTo > seqTo) return transcript;

  const others = transcript.entries.filter((entry) => entry !== held);
  // An answer that waited is told again with a later range, but stays where it began.
  const entry = toEntry(message, { seq: Math.min(seq, held?.seq ?? seq), seqTo });
  return { entries: inserted(others, entry), lastSeq: Math.max(transcript.lastSeq, seqTo) };
}

/** Adds the chunks that are not held yet to their answer. */
export function withChunks(transcript: Transcript, frame: FrameOf<"chunks">): Transcript {
  const heldCount = Math.max(0, transcript.lastSeq + 1 - frame.seq);
  const chunks = frame.chunks.slice(heldCount);
  if (chunks.length === 0) return transcript;

  const seq = frame.seq + heldCount;
  const index = transcript.entries.findLastIndex((entry) => entry.draft.message.id === frame.messageId);
  const entry = transcript.entries[index] ?? toEmptyAnswer(frame.messageId, seq);
  const changed = addChunks(entry, { seq, chunks, durableSeq: frame.durableSeq });
  return {
    entries: index < 0 ? inserted(transcript.entries, changed) : transcript.entries.with(index, changed),
    lastSeq: changed.seqTo,
  };
}

/**
 * Forgets every item above `rewindTo`. Where a message cannot be cut, it is dropped and `lastSeq` falls to just before
 * it, so that the next resume fetches it again.
 */
export function rewound(transcript: Transcript, rewindTo: number): Transcript {
  if (rewindTo >= transcript.lastSeq) return transcript;
  let lastSeq = rewindTo;
  const entries = transcript.entries.flatMap((entry) => {
    const cut = cutEntry(entry, rewindTo);
    if (!cut && entry.seq <= rewindTo) lastSeq = Math.min(lastSeq, entry.seq - 1);
    return cut ? [cut] : [];
  });
  return { entries, lastSeq };
}

function inserted(entries: readonly TranscriptEntry[], entry: TranscriptEntry): TranscriptEntry[] {
  const after = entries.findLastIndex((other) => other.seq <= entry.seq);
  return entries.toSpliced(after + 1, 0, entry);
}
