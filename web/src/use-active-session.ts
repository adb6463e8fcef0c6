/** Which session is open, in the address bar and on the wire: one is shown at a time. */
import { useCallback, useEffect, useState } from "react";
import { accessTokenOf, openSession, type SessionClient, toUserStorage } from "./client/mod.ts";
import { toDefaultPorts } from "./client/ports.ts";
import type { Database } from "./database.ts";
import { DrivenSessions } from "./driven-sessions.ts";
import { observeEnvironment } from "./client/observe-environment.ts";
import { readSessionId, writeSessionId } from "./session-location.ts";
import { tabStorage } from "./tab-storage.ts";

/** `client` is absent while an ended session is only read. */
export interface ActiveSession {
  sessionId: string;
  client: SessionClient | null;
}

export interface ActiveSessionControl {
  active: ActiveSession | null;
  /** Shows a session without connecting to it, unless it was left a moment ago and still is connected. */
  show(sessionId: string): void;
  /** Connects to the shown session; an ended one begins again. */
  connect(sessionId: string): SessionClient;
  /** Shows the empty page; the session goes on without this tab. */
  leave(): void;
  /** Resolves to whether everything that was said here has reached the server in time. */
  hasSent(withinMs: number): Promise<boolean>;
  /** As `leave`, and gives up what has not been sent. */
  close(): void;
}

export function useActiveSession(
  database: Database,
  { functionUrl, userId }: { functionUrl: string; userId: string },
): ActiveSessionControl {
  const [active, setActive] = useState<ActiveSession | null>(() => toActive(readSessionId()));
  const [driven] = useState(() =>
    new DrivenSessions({
      clock: toDefaultPorts().clock,
      open: (sessionId) =>
        openSession({
          url: functionUrl,
          sessionId,
          getAccessToken: accessTokenOf(database),
          storage: toUserStorage(tabStorage(), userId),
          observeEnvironment,
        }),
    })
  );

  const show = useCallback((sessionId: string) => {
    writeSessionId(sessionId);
    setActive({ sessionId, client: driven.resume(sessionId) });
  }, [driven]);

  const connect = useCallback((sessionId: string) => {
    const client = driven.connect(sessionId);
    writeSessionId(sessionId);
    setActive({ sessionId, client });
    return client;
  }, [driven]);

  const leave = useCallback(() => {
    driven.leave();
    writeSessionId(null);
    setActive(null);
  }, [driven]);

  const close = useCallback(() => {
    leave();
    driven.close();
  }, [driven, leave]);

  const hasSent = useCallback((withinMs: number) => driven.hasSent(withinMs), [driven]);

  useEffect(() => {
    const onPopState = () => {
      const sessionId = readSessionId();
      if (sessionId === null) driven.leave();
      setActive(sessionId === null ? null : { sessionId, client: driven.resume(sessionId) });
    };
    addEventListener("popstate", onPopState);
    return () => removeEventListener("popstate", onPopState);
  }, [driven]);

  useEffect(() => () => driven.close(), [driven]);

  return { active, show, connect, leave, hasSent, close };
}

function toActive(sessionId: string | null): ActiveSession | null {
  return sessionId === null ? null : { sessionId, client: null };
}
