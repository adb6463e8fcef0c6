/** Carries what is settled of a session, and what was said and is not in it, over a page reload. */
import { checkCommand } from "./check-command.ts";
import {
  cursorSchema,
  type DurableCommand,
  durableCommandSchema,
  messageCreateSchema,
  messageSchema,
  wireErrorSchema,
} from "./protocol.ts";
import { createSessionModel, isCaughtUp, type SessionModel, withFacts } from "./session-model.ts";
import type { RefusedMessage } from "./session-state.ts";
import type { SessionStore } from "./session-store.ts";
import { submitCommand } from "./submit-command.ts";
import { toEntry, type TranscriptEntry } from "./transcript-entry.ts";

/** Saves everything before the first answer that is still being written; the server sends the rest again. */
export function saveSession(store: SessionStore, model: SessionModel): void {
  const { epoch, facts, transcript } = model;
  store.saveCommands(facts.pending.map((pending) => pending.command));
  store.saveRefused(facts.refused);
  const { entries, lastSeq } = transcript;
  const unsettled = entries.find((entry) => !isSettled(entry));
  const limit = unsettled ? unsettled.seq - 1 : lastSeq;
  const seq = entries.reduce((end, entry) => entry.seqTo > end ? Math.min(end, entry.seq - 1) : end, limit);
  const settled = entries.filter((entry) => entry.seqTo <= seq);
  if (settled.length === 0) {
    // What an earlier page has saved may be with the server no more.
    if (isCaughtUp(model)) store.forgetTranscript();
    return;
  }
  store.saveTranscript({
    epoch,
    seq,
    title: facts.title,
    entries: settled.map(({ seq, seqTo, draft: { message } }) => ({ seq, seqTo, message })),
  });
}

/** Restores what of it is usable: each command and each refused message by itself, the transcript as a whole. */
export function restoreSession(store: SessionStore, sessionId: string): SessionModel {
  const model = createSessionModel(sessionId);
  const restored = withSavedTranscript(model, store.readTranscript());
  const refused = parseRefused(store.readRefused());
  return parseCommands(store.readCommands()).reduce(submitCommand, withFacts(restored, { refused }));
}

function isSettled({ draft, tail }: TranscriptEntry): boolean {
  if (draft.message.role === "user") return true;
  return tail === null && draft.message.metadata?.status !== undefined &&
    Object.keys(draft.openParts).length === 0;
}

function parseCommands(saved: unknown): DurableCommand[] {
  if (!Array.isArray(saved)) return [];
  return saved.flatMap((entry) => {
    const { data: command } = durableCommandSchema.safeParse(entry);
    return command && checkCommand(command) === null ? [command] : [];
  });
}

function parseRefused(saved: unknown): RefusedMessage[] {
  if (!Array.isArray(saved)) return [];
  return saved.flatMap((entry) => {
    const { data: error } = wireErrorSchema.safeParse(entry?.error);
    const { data: command } = messageCreateSchema.safeParse(entry?.command);
    return error && command ? [{ error, command }] : [];
  });
}

function withSavedTranscript(model: SessionModel, saved: unknown): SessionModel {
  try {
    const { epoch, seq } = cursorSchema.parse(saved);
    const { title, entries } = saved as { title?: unknown; entries: Record<string, unknown>[] };
    return {
      ...withFacts(model, { title: typeof title === "string" ? title : null }),
      epoch,
      transcript: {
        entries: entries.map(({ message, seq, seqTo }) =>
          toEntry(messageSchema.parse(message), { seq: Number(seq), seqTo: Number(seqTo) })
        ),
        lastSeq: seq,
      },
      // How much was said meanwhile, only the server knows.
      liveAfterSeq: Infinity,
    };
  } catch {
    return model;
  }
}
