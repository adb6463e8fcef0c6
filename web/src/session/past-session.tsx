/** An ended session, read from the database; looking at it does not open it again. */
import { useCallback } from "react";
import type { Database } from "../database.ts";
import { fetchPastMessages } from "../sessions/fetch-past-messages.ts";
import { ShareButton } from "../share/share-button.tsx";
import type { SessionRow } from "../sessions/session-row.ts";
import { usePolling } from "../sessions/use-polling.ts";
import { EndedDock } from "./ended-dock.tsx";
import { EndingCard } from "./ending-card.tsx";
import { LoadFailure } from "./load-failure.tsx";
import { SessionHeader } from "./session-header.tsx";
import { TranscriptSkeleton } from "./transcript-skeleton.tsx";
import { TranscriptView } from "./transcript-view.tsx";

export interface PastSessionProps {
  database: Database;
  row: SessionRow;
  title: string | null;
  openMenu(): void;
  onContinue(): void;
  onNew(): void;
}

export function PastSession({ database, row, title, openMenu, onContinue, onNew }: PastSessionProps) {
  const { session_id: sessionId, duration_seconds: durationSeconds } = row;
  const load = useCallback(
    (signal: AbortSignal) => fetchPastMessages(database, { sessionId, signal }),
    [database, sessionId],
  );
  const { value: messages, hasFailed, refresh } = usePolling({ load, nextInMs: never });
  return (
    <main className="session">
      <SessionHeader title={title ?? "Untitled session"} openMenu={openMenu}>
        <ShareButton {...{ database, sessionId }} />
      </SessionHeader>
      {messages
        ? (
          <TranscriptView messages={messages} client={null}>
            <EndingCard {...{ durationSeconds }} summary={row.summary} summaryStatus={row.summary_status} />
          </TranscriptView>
        )
        : hasFailed
        ? <LoadFailure onRetry={refresh} />
        : <TranscriptSkeleton />}
      <div className="dock">
        <EndedDock {...{ onContinue, onNew }} />
      </div>
    </main>
  );
}

function never(): null {
  return null;
}
