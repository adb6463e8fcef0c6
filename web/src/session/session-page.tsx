/** One session: connected to while it is active, read from the database once it has ended. */
import { useEffect, useRef } from "react";
import type { SessionClient } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { useSessionRow } from "../sessions/use-session-row.ts";
import type { ActiveSession } from "../use-active-session.ts";
import { LiveSession } from "./live-session.tsx";
import { LoadFailure } from "./load-failure.tsx";
import { PastSession } from "./past-session.tsx";
import { SessionHeader } from "./session-header.tsx";
import { TranscriptSkeleton } from "./transcript-skeleton.tsx";
import { useSessionState } from "./use-session-state.ts";

export interface SessionPageProps {
  database: Database;
  active: ActiveSession;
  connect(sessionId: string): SessionClient;
  openMenu(): void;
  /** Something in the list of sessions may have changed. */
  onChanged(): void;
  onNew(): void;
}

export function SessionPage(props: SessionPageProps) {
  const { active } = props;
  return active.client
    ? <Connected {...props} client={active.client} />
    : <Unconnected {...props} sessionId={active.sessionId} />;
}

function Connected({ client, database, onChanged, ...rest }: SessionPageProps & { client: SessionClient }) {
  const state = useSessionState(client);
  const { sessionId, title, ended } = state;
  const isEnded = ended !== null;
  const { value: row = null } = useSessionRow(database, { sessionId, isEnded });
  useTitle(title ?? row?.title ?? null);

  const summaryStatus = row?.summary_status;
  const changes = `${title} ${isEnded} ${summaryStatus}`;
  const seen = useRef<string | null>(null);
  useEffect(() => {
    if (seen.current !== null && seen.current !== changes) onChanged();
    seen.current = changes;
  }, [changes, onChanged]);

  return <LiveSession {...{ client, state, row }} openMenu={rest.openMenu} onNew={rest.onNew} />;
}

function Unconnected(props: SessionPageProps & { sessionId: string }) {
  const { database, sessionId, connect, openMenu, onNew, onChanged } = props;
  const { value: row, hasFailed, refresh } = useSessionRow(database, { sessionId, isEnded: true });
  const isActive = row === null || row?.status === "active";
  const summaryStatus = row?.summary_status;
  useTitle(row?.title ?? null);
  useEffect(() => {
    if (isActive) connect(sessionId);
  }, [isActive, connect, sessionId]);
  useEffect(() => {
    if (summaryStatus === "done") onChanged();
  }, [summaryStatus, onChanged]);

  if (row?.status === "ended") {
    return <PastSession {...{ database, row, openMenu, onNew }} onContinue={() => connect(sessionId)} />;
  }
  return (
    <main className="session">
      <SessionHeader title="" openMenu={openMenu} />
      {row === undefined && hasFailed ? <LoadFailure onRetry={refresh} /> : <TranscriptSkeleton />}
    </main>
  );
}

function useTitle(title: string | null): void {
  useEffect(() => {
    document.title = title ? `${title} · Parley` : "Parley";
  }, [title]);
}
