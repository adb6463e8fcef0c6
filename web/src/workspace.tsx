/** The signed-in page: the list of sessions beside the open one. */
import { useCallback, useState } from "react";
import { SUPABASE_URL } from "./environment.ts";
import type { Database } from "./database.ts";
import { NewSession } from "./session/new-session.tsx";
import { SessionPage } from "./session/session-page.tsx";
import { useListedTitle } from "./sessions/use-listed-title.ts";
import { useSessionList } from "./sessions/use-session-list.ts";
import { useSharedSessions } from "./sessions/use-shared-sessions.ts";
import { InvitationPage } from "./share/invitation-page.tsx";
import type { Invitation } from "./share/use-invitation.ts";
import { Sidebar } from "./sidebar.tsx";
import { useActiveSession } from "./use-active-session.ts";

export interface WorkspaceProps {
  database: Database;
  userId: string;
  email: string;
  /** Opened before anything else. */
  invitation: Invitation | null;
}

export function Workspace({ database, userId, email, invitation }: WorkspaceProps) {
  const sessions = useSessionList(database);
  const shared = useSharedSessions(database, userId);
  const { active, show, connect, leave } = useActiveSession(database, {
    functionUrl: `${SUPABASE_URL}/functions/v1/session`,
    userId,
  });
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const openMenu = useCallback(() => setIsMenuOpen(true), []);
  const { list, state } = sessions;
  const listedTitle = useListedTitle(state, active?.sessionId ?? null);
  const { refresh: refreshShared } = shared;

  function start(text: string): void {
    connect(crypto.randomUUID()).send(text);
  }

  const onSummarySeen = useCallback((sessionId: string) => {
    // Not told: it counts as unread, and is marked the next time.
    list.markRead(sessionId).catch(() => {});
  }, [list]);

  const putAside = invitation?.putAside;
  const onAccepted = useCallback((sessionId: string) => {
    putAside?.();
    refreshShared();
    show(sessionId);
  }, [putAside, refreshShared, show]);

  async function signOut(): Promise<void> {
    leave();
    sessionStorage.clear();
    await database.auth.signOut();
  }

  return (
    <div className="workspace" data-unread={state.unreadCount > 0}>
      <Sidebar
        {...{ sessions, email }}
        shared={shared.value ?? []}
        currentId={invitation ? null : active?.sessionId ?? null}
        isOpen={isMenuOpen}
        onClose={() => setIsMenuOpen(false)}
        onOpen={(sessionId) => {
          invitation?.putAside();
          show(sessionId);
        }}
        onNew={() => {
          invitation?.putAside();
          leave();
        }}
        onSignOut={() => void signOut()}
      />
      {invitation
        ? <InvitationPage {...{ database, invitation, onAccepted, openMenu }} />
        : active
        ? (
          <SessionPage
            key={active.sessionId}
            {...{ database, userId, active, listedTitle, connect, openMenu, onSummarySeen }}
            onSharedChanged={refreshShared}
            onNew={leave}
          />
        )
        : <NewSession onStart={start} openMenu={openMenu} />}
    </div>
  );
}
