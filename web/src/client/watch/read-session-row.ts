/** What the row of a session says that its log does not, as the frames that would have told it. */
import { ask } from "../channels/ask-supabase.ts";
import { type SupabasePort, tableOf } from "../channels/supabase-port.ts";
import type { Clock } from "../ports.ts";
import { type FrameOf, type SessionRow, sessionRowsSchema } from "../protocol.ts";

const COLUMNS =
  "title, status, end_time, end_reason, duration_seconds, summary, summary_status, input_tokens, output_tokens";

/** None when the row cannot be read. */
export async function readSessionRow(
  supabase: SupabasePort,
  { sessionId, clock }: { sessionId: string; clock: Clock },
): Promise<FrameOf<"session.updated" | "session.ended">[]> {
  const answer = await ask(
    () => tableOf(supabase, "sessions").select(COLUMNS).eq("session_id", sessionId),
    { clock, answer: sessionRowsSchema },
  );
  const row = answer.ok ? answer.value[0] : undefined;
  return row ? [toUpdated(row), ...toEnded(row)] : [];
}

function toUpdated(row: SessionRow): FrameOf<"session.updated"> {
  const { title, status, summary, summary_status, input_tokens, output_tokens } = row;
  return {
    type: "session.updated",
    title,
    status,
    usage: {
      inputTokens: input_tokens,
      outputTokens: output_tokens,
      totalTokens: input_tokens + output_tokens,
    },
    summary,
    summaryStatus: summary_status,
  };
}

function toEnded({ end_time, end_reason, duration_seconds, status }: SessionRow): FrameOf<"session.ended">[] {
  if (status !== "ended" || end_time === null || end_reason === null || duration_seconds === null) return [];
  return [{
    type: "session.ended",
    reason: end_reason,
    endTime: end_time,
    durationSeconds: duration_seconds,
  }];
}
