/** Which session is open, in the address bar and on the wire: at most one connection at a time. */
import { useCallback, useEffect, useRef, useState } from "react";
import { toAccessTokenSource } from "./auth/to-access-token-source.ts";
import { openSession, type SessionClient } from "./client/mod.ts";
import type { Database } from "./database.ts";
import { observeEnvironment } from "./observe-environment.ts";
import { readSessionId, writeSessionId } from "./session-location.ts";
import { toUserStorage } from "./user-storage.ts";

/** `client` is absent while an ended session is only read. */
export interface ActiveSession {
  sessionId: string;
  client: SessionClient | null;
}

export interface ActiveSessionControl {
  active: ActiveSession | null;
  /** Shows a session without connecting to it. */
  show(sessionId: string): void;
  /** Connects to the shown session; an ended one begins again. */
  connect(sessionId: string): SessionClient;
  /** Shows the empty page; the session goes on without this tab. */
  leave(): void;
}

export function useActiveSession(
  database: Database,
  { functionUrl, userId }: { functionUrl: string; userId: string },
): ActiveSessionControl {
  const [active, setActive] = useState<ActiveSession | null>(() => toActive(readSessionId()));
  const client = useRef<SessionClient | null>(null);

  const detach = useCallback(() => {
    client.current?.detach();
    client.current = null;
  }, []);

  const show = useCallback((sessionId: string) => {
    detach();
    writeSessionId(sessionId);
    setActive({ sessionId, client: null });
  }, [detach]);

  const connect = useCallback((sessionId: string) => {
    detach();
    const opened = openSession({
      url: functionUrl,
      sessionId,
      getAccessToken: toAccessTokenSource(database),
      storage: toUserStorage(sessionStorage, userId),
      observeEnvironment,
    });
    client.current = opened;
    writeSessionId(sessionId);
    setActive({ sessionId, client: opened });
    return opened;
  }, [database, detach, functionUrl, userId]);

  const leave = useCallback(() => {
    detach();
    writeSessionId(null);
    setActive(null);
  }, [detach]);

  useEffect(() => {
    const onPopState = () => {
      detach();
      setActive(toActive(readSessionId()));
    };
    addEventListener("popstate", onPopState);
    return () => removeEventListener("popstate", onPopState);
  }, [detach]);

  useEffect(() => detach, [detach]);

  return { active, show, connect, leave };
}

function toActive(sessionId: string | null): ActiveSession | null {
  return sessionId === null ? null : { sessionId, client: null };
}
