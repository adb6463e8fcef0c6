/** Reads sessions through the Data API; whose they are is RLS's business. */
import type { Database } from "../database.ts";
import { SESSION_COLUMNS, type SessionRow } from "./session-row.ts";

const LIST_LENGTH = 100;

/** Newest first. @throws Error when the Data API does not answer or refuses. */
export async function fetchSessions(database: Database, signal: AbortSignal): Promise<SessionRow[]> {
  const { data, error } = await database.from("sessions").select(SESSION_COLUMNS)
    .order("start_time", { ascending: false }).limit(LIST_LENGTH).abortSignal(signal).returns<SessionRow[]>();
  if (error) throw new Error("Cannot read the sessions", { cause: error });
  return data ?? [];
}

/** `null` for a session that does not exist, or is somebody else's. @throws Error as `fetchSessions` does. */
export async function fetchSession(
  database: Database,
  { sessionId, signal }: { sessionId: string; signal: AbortSignal },
): Promise<SessionRow | null> {
  const { data, error } = await database.from("sessions").select(SESSION_COLUMNS)
    .eq("session_id", sessionId).limit(1).abortSignal(signal).returns<SessionRow[]>();
  if (error) throw new Error("Cannot read the session", { cause: error });
  return data?.[0] ?? null;
}
