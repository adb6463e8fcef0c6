/** Gives a user a past: sessions that ended, as many as a test wants. */
import postgres from "postgres";
import type { Stack } from "../../../../scripts/stack/stack.ts";

/** The user is the one whose session has `title`. */
export async function addOldSessions(
  { adminDbUrl }: Stack,
  { title, count }: { title: string; count: number },
): Promise<void> {
  const sql = postgres(adminDbUrl, { max: 1 });
  try {
    await sql`
      insert into public.sessions (session_id, user_id, title, status, start_time, end_time, last_activity_at)
      select gen_random_uuid(), user_id, 'Old session ' || number, 'ended', day, day, day
      from public.sessions, generate_series(1, ${count}::int) as number,
        lateral (select now() - number * interval '1 day' as day) as days
      where title = ${title}`;
  } finally {
    await sql.end();
  }
}
