/** Carries what is settled of a session, and the unconfirmed commands, over a page reload. */
import type { KeyValueStorage } from "./ports.ts";
import {
  cursorSchema,
  type DurableCommand,
  durableCommandSchema,
  type Message,
  messageSchema,
} from "./protocol.ts";
import { createSessionModel, type SessionModel, withFacts } from "./session-model.ts";
import { submitCommand } from "./submit-command.ts";
import { toEntry, type TranscriptEntry } from "./transcript-entry.ts";

interface SavedSession {
  epoch: number;
  seq: number;
  title: string | null;
  entries: { seq: number; seqTo: number; message: Message }[];
  commands: DurableCommand[];
}

/** Saves everything before the first answer that is still being written; the server sends the rest again. */
export function saveSession(storage: KeyValueStorage, model: SessionModel): void {
  const { entries, lastSeq } = model.transcript;
  const unsettled = entries.find((entry) => !isSettled(entry));
  const limit = unsettled ? unsettled.seq - 1 : lastSeq;
  const seq = entries.reduce((end, entry) => entry.seqTo > end ? Math.min(end, entry.seq - 1) : end, limit);
  const saved: SavedSession = {
    epoch: model.epoch,
    seq,
    title: model.facts.title,
    entries: entries.filter((entry) => entry.seqTo <= seq).map((entry) => ({
      seq: entry.seq,
      seqTo: entry.seqTo,
      message: entry.draft.message,
    })),
    commands: model.facts.pending.map((pending) => pending.command),
  };
  const key = keyOf(model.facts.sessionId);
  // A full storage costs a longer replay: the transcript is with the server, the commands are nowhere else.
  const isKept = isSaved(storage, { key, saved }) ||
    isSaved(storage, { key, saved: { ...saved, seq: 0, entries: [] } });
  if (!isKept) storage.removeItem(key);
}

function isSaved(storage: KeyValueStorage, { key, saved }: { key: string; saved: SavedSession }): boolean {
  if (saved.entries.length === 0 && saved.commands.length === 0) return false;
  try {
    storage.setItem(key, JSON.stringify(saved));
    return true;
  } catch {
    return false;
  }
}

/** Restores what was saved, or an empty model when there is nothing usable. */
export function restoreSession(storage: KeyValueStorage, sessionId: string): SessionModel {
  const model = createSessionModel(sessionId);
  const saved = parseSaved(storage.getItem(keyOf(sessionId)));
  if (!saved) return model;
  const { epoch, seq, title, entries, commands } = saved;
  const restored: SessionModel = {
    ...withFacts(model, { title }),
    epoch,
    transcript: {
      entries: entries.map((entry) => toEntry(entry.message, entry)),
      lastSeq: seq,
    },
    // How much was said meanwhile, only the server knows.
    liveAfterSeq: Infinity,
  };
  return commands.reduce(submitCommand, restored);
}

export function forgetSession(storage: KeyValueStorage, sessionId: string): void {
  storage.removeItem(keyOf(sessionId));
}

function keyOf(sessionId: string): string {
  return `parley.session.${sessionId}`;
}

function isSettled({ draft, tail }: TranscriptEntry): boolean {
  if (draft.message.role === "user") return true;
  return tail === null && draft.message.metadata?.status !== undefined &&
    Object.keys(draft.openParts).length === 0;
}

function parseSaved(text: string | null): SavedSession | null {
  if (text === null) return null;
  try {
    const saved = JSON.parse(text) as Record<string, unknown>;
    const { epoch, seq } = cursorSchema.parse(saved);
    const title = typeof saved.title === "string" ? saved.title : null;
    const commands = durableCommandSchema.array().parse(saved.commands);
    if (!Array.isArray(saved.entries)) return null;
    const entries = saved.entries.map((entry) => ({
      seq: Number(entry.seq),
      seqTo: Number(entry.seqTo),
      message: messageSchema.parse(entry.message),
    }));
    return { epoch, seq, title, entries, commands };
  } catch {
    return null;
  }
}
