/** A session this tab is connected to. */
import { useEffect, useRef, useState } from "react";
import { type SessionClient, type SessionState, unseenMessages } from "../client/mod.ts";
import { InputQuestion } from "../message/input-question.tsx";
import type { SessionRow } from "../sessions/session-row.ts";
import type { PresenceControl } from "../watch/use-session-presence.ts";
import { PresenceLabel } from "../watch/presence-label.tsx";
import { ShareButton } from "../share/share-button.tsx";
import type { Database } from "../database.ts";
import { Announcer } from "./announcer.tsx";
import { Composer } from "./composer.tsx";
import { ConnectionIndicator } from "./connection-indicator.tsx";
import { EndedDock } from "./ended-dock.tsx";
import { EndingCard } from "./ending-card.tsx";
import { isStopKey } from "./is-stop-key.ts";
import { SessionHeader } from "./session-header.tsx";
import { SessionNotice } from "./session-notice.tsx";
import { TranscriptSkeleton } from "./transcript-skeleton.tsx";
import { TranscriptView } from "./transcript-view.tsx";
import { NOTHING_UNSENT } from "./use-unsent-text.ts";

export interface LiveSessionProps {
  database: Database;
  presence: PresenceControl;
  client: SessionClient;
  state: SessionState;
  row: SessionRow | null;
  /** The session has ended here, and goes on elsewhere. */
  isContinued: boolean;
  title: string | null;
  openMenu(): void;
  onNew(): void;
}

export function LiveSession(props: LiveSessionProps) {
  const { database, presence, client, state, row, isContinued, title, openMenu, onNew } = props;
  const { activeTurn, pending, connection, openQuestion, ended } = state;
  const isAnswering = state.isAnswerExpected || activeTurn?.status === "running" ||
    activeTurn?.status === "queued";
  const isStopping = pending.some(({ command }) => command.type === "turn.cancel");
  useStopKey(isAnswering && !isStopping ? () => client.cancel() : null);
  // Outlives the field, which goes away when the session ends.
  const unsent = useRef(NOTHING_UNSENT);

  // What may be sent again as it is stays with the offer to do so.
  const refused = state.refused.filter(({ error }) => !error.retryable).map(({ command }) => command);
  const isLoading = !state.isCaughtUp && state.messages.length === 0 && pending.length === 0;
  return (
    <main className="session">
      <SessionHeader title={title ?? ""} openMenu={openMenu}>
        {state.mode === "simulated" && (
          <span className="badge" title="No model key is set, so the answers are made without a model">
            Simulated
          </span>
        )}
        <PresenceLabel participants={presence.participants} />
        {!ended && <ConnectionIndicator connection={connection} onRetry={() => client.reconnect()} />}
        {state.mode !== null && (
          <ShareButton {...{ database }} sessionId={state.sessionId} onChanged={presence.renew} />
        )}
        {!ended && <EndButton client={client} state={state} />}
      </SessionHeader>
      {isLoading ? <TranscriptSkeleton /> : (
        <TranscriptView
          messages={state.messages}
          client={ended ? null : client}
          activeTurn={activeTurn}
          isAnswerExpected={state.isAnswerExpected}
          unseen={unseenMessages(pending, state.messages)}
          unseenNote={connection.status === "live" ? undefined : "Will be sent when connected"}
        >
          {openQuestion && activeTurn === null && !ended && (
            <InputQuestion key={openQuestion.interruptId} question={openQuestion} client={client} />
          )}
          {ended && (
            <EndingCard
              durationSeconds={ended.durationSeconds}
              isContinued={isContinued}
              summary={row?.summary ?? null}
              // The socket may tell of the end a moment before the row is seen to have changed.
              summaryStatus={row?.status === "ended" ? row.summary_status : null}
            />
          )}
        </TranscriptView>
      )}
      <Announcer state={state} />
      <div className="dock">
        <SessionNotice state={state} client={client} />
        {ended ? <EndedDock onContinue={() => client.reconnect()} {...{ isContinued, onNew }} /> : (
          <Composer
            placeholder={isAnswering ? "Write the next message" : "Write a message"}
            onStop={isAnswering ? () => client.cancel() : null}
            onSend={(text) => client.send(text)}
            onTyping={presence.setTyping}
            onDismiss={(id) => client.dismiss(id)}
            {...{ isStopping, refused, unsent }}
          />
        )}
      </div>
    </main>
  );
}

function EndButton({ client, state }: { client: SessionClient; state: SessionState }) {
  const [isAsked, setIsAsked] = useState(false);
  const isEnding = isAsked && state.pending.some(({ command }) => command.type === "session.end");
  if (state.connection.status === "stopped") return null;
  return (
    <button
      type="button"
      className="button button-small"
      disabled={isEnding}
      onClick={() => {
        setIsAsked(true);
        client.end();
      }}
    >
      {isEnding ? "Ending…" : (
        <span>
          End<span className="only-wide">{" session"}</span>
        </span>
      )}
    </button>
  );
}

function useStopKey(run: (() => void) | null): void {
  useEffect(() => {
    if (!run) return;
    const onKeyDown = (event: KeyboardEvent) => {
      // In a dialog it closes the dialog and nothing behind it, wherever the focus is.
      const isInDialog = document.querySelector("dialog:modal") !== null;
      if (isStopKey(event) && !isInDialog) run();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
}
