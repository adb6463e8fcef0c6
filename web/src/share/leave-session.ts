/** Gives up the right to watch somebody else's session. */
import type { Database } from "../database.ts";

/** @throws Error when the Data API does not answer or refuses. */
export async function leaveSession(
  database: Database,
  { sessionId, userId }: { sessionId: string; userId: string },
): Promise<void> {
  const { error } = await database.from("session_observers").delete()
    .eq("session_id", sessionId).eq("user_id", userId);
  if (error) throw new Error("Cannot leave the session", { cause: error });
}
