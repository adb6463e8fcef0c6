/** The title of a session as the list knows it, which hears of a new name from any tab. */
import { useRef } from "react";
import type { SessionListState } from "../client/mod.ts";

/** `null` while the list has not told. A search that hides the session does not make its title forgotten. */
export function useListedTitle({ sessions }: SessionListState, sessionId: string | null): string | null {
  const known = useRef<{ sessionId: string; title: string | null } | null>(null);
  const listed = sessions.find((session) => session.sessionId === sessionId);
  if (listed) known.current = listed;
  return known.current !== null && known.current.sessionId === sessionId ? known.current.title : null;
}
