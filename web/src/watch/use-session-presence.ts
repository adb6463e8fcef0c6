/** Who else is in the session this tab drives. */
import { useCallback, useEffect, useRef, useState } from "react";
import { type Participant, SessionPresence } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { observeEnvironment } from "../client/observe-environment.ts";

export interface PresenceControl {
  participants: readonly Participant[];
  setTyping(isTyping: boolean): void;
  renew(): void;
}

/** Joins once the session is known to be there. */
export function useSessionPresence(
  database: Database,
  { sessionId, isThere }: { sessionId: string; isThere: boolean },
): PresenceControl {
  const presence = useRef<SessionPresence | null>(null);
  /** Somebody may begin to type before the others can be told. */
  const isTypingHere = useRef(false);
  const [participants, setParticipants] = useState<readonly Participant[]>([]);

  useEffect(() => {
    if (!isThere) return;
    const joined = new SessionPresence({ supabase: database, sessionId, observeEnvironment });
    presence.current = joined;
    if (isTypingHere.current) joined.setTyping(true);
    const unsubscribe = joined.subscribe(() => setParticipants(joined.state));
    return () => {
      unsubscribe();
      joined.close();
      presence.current = null;
      setParticipants([]);
    };
  }, [database, sessionId, isThere]);

  const setTyping = useCallback((isTyping: boolean) => {
    isTypingHere.current = isTyping;
    presence.current?.setTyping(isTyping);
  }, []);
  const renew = useCallback(() => presence.current?.renew(), []);
  return { participants, setTyping, renew };
}
