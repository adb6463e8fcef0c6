/** Reads what was said in an ended session, without opening it again. */
import { type Message, messageSchema, messagesOfLog } from "../client/mod.ts";
import type { Database } from "../database.ts";

/** Below the row limit that hosted Data APIs have by default. */
const PAGE_LENGTH = 500;

/** @throws Error when the Data API does not answer or refuses. */
export async function fetchPastMessages(
  database: Database,
  { sessionId, signal }: { sessionId: string; signal: AbortSignal },
): Promise<readonly Message[]> {
  const items: { seq: number; message: Message }[] = [];
  for (let afterSeq = -1;;) {
    const { data, error } = await database.from("session_events").select("seq, data")
      .eq("session_id", sessionId).in("event_type", ["user_message", "assistant_message"])
      .gt("seq", afterSeq).order("seq").limit(PAGE_LENGTH).abortSignal(signal)
      .returns<{ seq: number; data: unknown }[]>();
    if (error) throw new Error("Cannot read the messages", { cause: error });
    for (const row of data ?? []) {
      const message = messageSchema.safeParse((row.data as { message?: unknown } | null)?.message);
      if (message.success) items.push({ seq: row.seq, message: message.data });
    }
    const last = data?.at(-1);
    if (!last || !data || data.length < PAGE_LENGTH) return messagesOfLog(items);
    afterSeq = last.seq;
  }
}
