/** A session that is only watched: what is said, as it is said, and nothing to say it with. */
import { useEffect, useState } from "react";
import { type SessionWatch, watchSession } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { observeEnvironment } from "../client/observe-environment.ts";
import { Announcer } from "../session/announcer.tsx";
import { ConnectionIndicator } from "../session/connection-indicator.tsx";
import { EndingCard } from "../session/ending-card.tsx";
import { SessionHeader } from "../session/session-header.tsx";
import { SessionNotice } from "../session/session-notice.tsx";
import { TranscriptSkeleton } from "../session/transcript-skeleton.tsx";
import { TranscriptView } from "../session/transcript-view.tsx";
import { useSessionState } from "../session/use-session-state.ts";
import { useTitle } from "../session/use-title.ts";
import { WatchBanner } from "./watch-banner.tsx";

export interface WatchedSessionProps {
  database: Database;
  sessionId: string;
  openMenu(): void;
  /** It may not be watched any more. */
  onRevoked(): void;
  /** It has ended. */
  onEnded?(): void;
  /** Gives up watching, or begins to take part in a session of one's own. */
  action: { label: string; run(): void };
}

export function WatchedSession(props: WatchedSessionProps) {
  const { database, sessionId } = props;
  const [watch, setWatch] = useState<SessionWatch | null>(null);

  useEffect(() => {
    const opened = watchSession({ supabase: database, sessionId, observeEnvironment });
    setWatch(opened);
    return () => opened.close();
  }, [database, sessionId]);

  if (watch) return <Watched {...props} watch={watch} />;
  return (
    <main className="session">
      <SessionHeader title="" openMenu={props.openMenu} />
      <TranscriptSkeleton />
    </main>
  );
}

function Watched(props: WatchedSessionProps & { watch: SessionWatch }) {
  const { watch, openMenu, onRevoked, onEnded, action } = props;
  const state = useSessionState(watch);
  const { connection, ended, messages, participants, summary, summaryStatus } = state;
  const isRevoked = connection.status === "stopped" &&
    (connection.cause === "revoked" || connection.cause === "forbidden");
  useTitle(state.title);
  useEffect(() => {
    if (isRevoked) onRevoked();
  }, [isRevoked, onRevoked]);
  const isEnded = ended !== null;
  useEffect(() => {
    if (isEnded) onEnded?.();
  }, [isEnded, onEnded]);

  const isLoading = !state.isCaughtUp && messages.length === 0;
  return (
    <main className="session">
      <SessionHeader title={state.title ?? ""} openMenu={openMenu}>
        <ConnectionIndicator connection={connection} onRetry={() => watch.reconnect()} />
        <button type="button" className="button button-small" onClick={action.run}>{action.label}</button>
      </SessionHeader>
      {isLoading ? <TranscriptSkeleton /> : (
        <TranscriptView
          messages={messages}
          client={null}
          activeTurn={state.activeTurn}
          isAnswerExpected={state.isAnswerExpected}
        >
          {ended && (
            <EndingCard
              durationSeconds={ended.durationSeconds}
              summary={summary}
              summaryStatus={summaryStatus}
            />
          )}
        </TranscriptView>
      )}
      <Announcer state={state} />
      <div className="dock">
        <SessionNotice state={state} client={watch} />
        <WatchBanner role={state.role} participants={participants} isEnded={isEnded} />
      </div>
    </main>
  );
}
