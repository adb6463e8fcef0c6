/** Reads the sessions of others that the user may watch. */
import type { Database } from "../database.ts";
import { SESSION_COLUMNS, type SessionRow } from "./session-row.ts";

/** Newest activity first. @throws Error when the Data API does not answer or refuses. */
export async function fetchSharedSessions(
  database: Database,
  { userId, signal }: { userId: string; signal: AbortSignal },
): Promise<SessionRow[]> {
  const observed = await database.from("session_observers").select("session_id")
    .eq("user_id", userId).abortSignal(signal).returns<{ session_id: string }[]>();
  if (observed.error) throw new Error("Cannot read what is shared", { cause: observed.error });
  const ids = [...new Set(observed.data?.map(({ session_id }) => session_id))];
  if (ids.length === 0) return [];
  const { data, error } = await database.from("sessions").select(SESSION_COLUMNS)
    .in("session_id", ids).order("last_activity_at", { ascending: false })
    .abortSignal(signal).returns<SessionRow[]>();
  if (error) throw new Error("Cannot read the shared sessions", { cause: error });
  return data ?? [];
}
