/** Accepts an invitation, and says so plainly when that cannot be done. */
import { useEffect, useState } from "react";
import { acceptShare, SupabaseRequestError } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { SessionHeader } from "../session/session-header.tsx";
import { TranscriptSkeleton } from "../session/transcript-skeleton.tsx";
import type { Invitation } from "./use-invitation.ts";

export interface InvitationPageProps {
  database: Database;
  invitation: Invitation;
  onAccepted(sessionId: string): void;
  openMenu(): void;
}

type Problem = "refused" | "unreachable";

export function InvitationPage({ database, invitation, onAccepted, openMenu }: InvitationPageProps) {
  const { code, putAside } = invitation;
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isCurrent = true;
    setProblem(null);
    acceptShare(database, code).then(
      ({ sessionId }) => isCurrent && onAccepted(sessionId),
      (error: unknown) => isCurrent && setProblem(toProblem(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [database, code, attempt, onAccepted]);

  return (
    <main className={problem ? "session session-empty" : "session"}>
      <SessionHeader title={problem ? "" : "Opening the invitation…"} openMenu={openMenu} />
      {problem === null && <TranscriptSkeleton />}
      {problem === "refused" && (
        <div className="full-notice" role="alert">
          <h2>This invitation does not work</h2>
          <p>The link is incomplete, has expired or was taken back. Ask whoever sent it for a new one.</p>
          <button type="button" className="button" onClick={putAside}>Go to my sessions</button>
        </div>
      )}
      {problem === "unreachable" && (
        <div className="full-notice" role="alert">
          <h2>The invitation could not be opened</h2>
          <p>The server cannot be reached right now. Your link is still good.</p>
          <button type="button" className="button" onClick={() => setAttempt(attempt + 1)}>Try again</button>
        </div>
      )}
    </main>
  );
}

function toProblem(error: unknown): Problem {
  const isRefused = error instanceof SupabaseRequestError &&
    (error.failure === "forbidden" || error.failure === "refused");
  return isRefused ? "refused" : "unreachable";
}
