/** Accepts an invitation, and says so plainly when that cannot be done. */
import { useEffect, useState } from "react";
import { acceptShare, SupabaseRequestError } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { FullNotice } from "../full-notice.tsx";
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

  switch (problem) {
    case "refused":
      return (
        <FullNotice
          title="This invitation does not work"
          text="The link is incomplete, has expired or was taken back. Ask whoever sent it for a new one."
          action={{ label: "Go to my sessions", run: putAside }}
          openMenu={openMenu}
        />
      );
    case "unreachable":
      return (
        <FullNotice
          title="The invitation could not be opened"
          text="The server cannot be reached right now. Your link is still good."
          action={{ label: "Try again", run: () => setAttempt(attempt + 1) }}
          openMenu={openMenu}
        />
      );
    case null:
      return (
        <main className="session">
          <SessionHeader title="Opening the invitation…" openMenu={openMenu} />
          <TranscriptSkeleton />
        </main>
      );
  }
}

function toProblem(error: unknown): Problem {
  const isRefused = error instanceof SupabaseRequestError &&
    (error.failure === "forbidden" || error.failure === "refused");
  return isRefused ? "refused" : "unreachable";
}
