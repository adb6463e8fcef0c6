/** Reads how many people accepted each invitation to a session. */
import type { Database } from "../database.ts";

/** By share id. @throws Error when the Data API does not answer or refuses. */
export async function fetchObserverCounts(
  database: Database,
  { sessionId, signal }: { sessionId: string; signal: AbortSignal },
): Promise<ReadonlyMap<string, number>> {
  const { data, error } = await database.from("session_observers").select("share_id")
    .eq("session_id", sessionId).abortSignal(signal).returns<{ share_id: string }[]>();
  if (error) throw new Error("Cannot read who observes the session", { cause: error });
  const counts = new Map<string, number>();
  for (const { share_id } of data ?? []) counts.set(share_id, (counts.get(share_id) ?? 0) + 1);
  return counts;
}
