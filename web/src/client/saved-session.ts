/** Carries what is settled of a session, and the unconfirmed commands, over a page reload. */
import { checkCommand } from "./check-command.ts";
import { cursorSchema, type DurableCommand, durableCommandSchema, messageSchema } from "./protocol.ts";
import { createSessionModel, type SessionModel, withFacts } from "./session-model.ts";
import type { SessionStore } from "./session-store.ts";
import { submitCommand } from "./submit-command.ts";
import { toEntry, type TranscriptEntry } from "./transcript-entry.ts";

/** Saves everything before the first answer that is still being written; the server sends the rest again. */
export function saveSession(store: SessionStore, { epoch, facts, transcript }: SessionModel): void {
  store.saveCommands(facts.pending.map((pending) => pending.command));
  const { entries, lastSeq } = transcript;
  const unsettled = entries.find((entry) => !isSettled(entry));
  const limit = unsettled ? unsettled.seq - 1 : lastSeq;
  const seq = entries.reduce((end, entry) => entry.seqTo > end ? Math.min(end, entry.seq - 1) : end, limit);
  const settled = entries.filter((entry) => entry.seqTo <= seq);
  if (settled.length === 0) return;
  store.saveTranscript({
    epoch,
    seq,
    title: facts.title,
    entries: settled.map(({ seq, seqTo, draft: { message } }) => ({ seq, seqTo, message })),
  });
}

/** Restores what of it is usable: each command by itself, the transcript as a whole. */
export function restoreSession(store: SessionStore, sessionId: string): SessionModel {
  const model = createSessionModel(sessionId);
  const restored = withSavedTranscript(model, store.readTranscript());
  return parseCommands(store.readCommands()).reduce(submitCommand, restored);
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
