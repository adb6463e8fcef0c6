/** One session: driven or watched while it is active, read from the database once it has ended. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { SessionClient } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { isFollowing } from "../session-location.ts";
import { useSessionRow } from "../sessions/use-session-row.ts";
import { useSummarySeen } from "../sessions/use-summary-seen.ts";
import { leaveSession } from "../share/leave-session.ts";
import type { ActiveSession } from "../use-active-session.ts";
import { RevokedPage } from "../watch/revoked-page.tsx";
import { useSessionPresence } from "../watch/use-session-presence.ts";
import { WatchedSession } from "../watch/watched-session.tsx";
import { ForbiddenPage } from "./forbidden-page.tsx";
import { LiveSession } from "./live-session.tsx";
import { LoadFailure } from "./load-failure.tsx";
import { PastSession } from "./past-session.tsx";
import { SessionHeader } from "./session-header.tsx";
import { TranscriptSkeleton } from "./transcript-skeleton.tsx";
import { useSessionState } from "./use-session-state.ts";
import { useTitle } from "./use-title.ts";

const FORBIDDEN_CODE = 4403;

export interface SessionPageProps {
  database: Database;
  userId: string;
  active: ActiveSession;
  /** What the list says; `null` when it says nothing. */
  listedTitle: string | null;
  connect(sessionId: string): SessionClient;
  openMenu(): void;
  /** What is shared with the user has changed. */
  onSharedChanged(): void;
  /** A new summary of one's own session has been shown. */
  onSummarySeen(sessionId: string): void;
  onNew(): void;
}

export function SessionPage(props: SessionPageProps) {
  const { active } = props;
  return active.client
    ? <Connected {...props} client={active.client} />
    : <Unconnected {...props} sessionId={active.sessionId} />;
}

function Connected(props: SessionPageProps & { client: SessionClient }) {
  const { client, database, listedTitle, openMenu, onNew, onSummarySeen } = props;
  const state = useSessionState(client);
  const { sessionId, ended } = state;
  const toldStatus = ended ? "ended" : "active";
  const { value: row = null, isContinued } = useSessionRow(database, { sessionId, toldStatus });
  const presence = useSessionPresence(database, { sessionId, isThere: state.mode !== null });
  const title = listedTitle ?? state.title ?? row?.title ?? null;
  useTitle(title);
  useSummarySeen(row, onSummarySeen);
  const { connection } = state;
  const isForbidden = connection.status === "stopped" && connection.code === FORBIDDEN_CODE;
  if (isForbidden) return <ForbiddenPage openMenu={openMenu} onLeave={onNew} />;
  return <LiveSession {...{ database, client, state, row, isContinued, title, presence, openMenu, onNew }} />;
}

function Unconnected(props: SessionPageProps & { sessionId: string }) {
  const [isRevoked, setIsRevoked] = useState(false);
  const { openMenu, onNew, onSharedChanged } = props;
  const onRevoked = useCallback(() => {
    setIsRevoked(true);
    onSharedChanged();
  }, [onSharedChanged]);
  // With the page below goes everything it had read.
  return isRevoked
    ? <RevokedPage openMenu={openMenu} onLeave={onNew} />
    : <Readable {...props} onRevoked={onRevoked} />;
}

function Readable(props: SessionPageProps & { sessionId: string; onRevoked(): void }) {
  const { database, userId, sessionId, connect, openMenu, onNew, onRevoked, onSharedChanged } = props;
  const { value: row, hasFailed, refresh } = useSessionRow(database, { sessionId, toldStatus: null });
  const isShared = row !== null && row !== undefined && row.user_id !== userId;
  // A session of somebody else that is not to be seen any more is no new one of one's own.
  const wasShared = useRef(false);
  wasShared.current ||= isShared;
  const isTakenAway = row === null && wasShared.current;
  const isActive = row === null || row?.status === "active";
  const isDriven = isActive && !isShared && !isTakenAway && !isFollowing();
  const title = props.listedTitle ?? row?.title ?? null;
  useTitle(title);
  useSummarySeen(row && !isShared ? row : null, props.onSummarySeen);
  useEffect(() => {
    if (isTakenAway) onRevoked();
  }, [isTakenAway, onRevoked]);
  useEffect(() => {
    if (isDriven) connect(sessionId);
  }, [isDriven, connect, sessionId]);

  async function leave(): Promise<void> {
    try {
      await leaveSession(database, { sessionId, userId });
    } catch {
      // Still among what is shared, where it can be left again.
    }
    onSharedChanged();
    onNew();
  }

  if (isShared) {
    const action = { label: "Stop watching", run: () => void leave() };
    return <WatchedSession {...{ database, sessionId, openMenu, onRevoked, action }} />;
  }
  if (row?.status === "ended") {
    return (
      <PastSession
        {...{ database, row, title, openMenu, onNew }}
        onContinue={() => connect(sessionId)}
      />
    );
  }
  if (row && isActive && !isDriven) {
    const action = { label: "Take part", run: () => void connect(sessionId) };
    return <WatchedSession {...{ database, sessionId, openMenu, onRevoked, action }} onEnded={refresh} />;
  }
  if (row === null && !isDriven && !isTakenAway) return <ForbiddenPage openMenu={openMenu} onLeave={onNew} />;
  return (
    <main className="session">
      <SessionHeader title="" openMenu={openMenu} />
      {row === undefined && hasFailed ? <LoadFailure onRetry={refresh} /> : <TranscriptSkeleton />}
    </main>
  );
}
