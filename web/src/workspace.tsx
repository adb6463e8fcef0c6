/** The signed-in page: the list of sessions beside the open one. */
import { useCallback, useEffect, useState } from "react";
import { useSignOut } from "./auth/use-sign-out.ts";
import type { LiveSessionList } from "./client/mod.ts";
import { SUPABASE_URL } from "./environment.ts";
import type { Database } from "./database.ts";
import { forgetOtherUsers } from "./forget-other-users.ts";
import { NewSession } from "./session/new-session.tsx";
import { SessionPage } from "./session/session-page.tsx";
import { useSessionState } from "./session/use-session-state.ts";
import { useListedTitle } from "./sessions/use-listed-title.ts";
import { useSessionList } from "./sessions/use-session-list.ts";
import { useSharedSessions } from "./sessions/use-shared-sessions.ts";
import { InvitationPage } from "./share/invitation-page.tsx";
import type { Invitation } from "./share/use-invitation.ts";
import { Sidebar } from "./sidebar.tsx";
import { tabStorage } from "./tab-storage.ts";
import { useActiveSession } from "./use-active-session.ts";

export interface WorkspaceProps {
  database: Database;
  userId: string;
  email: string;
  /** Opened before anything else. */
  invitation: Invitation | null;
}

export function Workspace(props: WorkspaceProps) {
  const list = useSessionList(props.database);
  return list && <Listed {...props} list={list} />;
}

function Listed({ database, userId, email, invitation, list }: WorkspaceProps & { list: LiveSessionList }) {
  const state = useSessionState(list);
  const shared = useSharedSessions(database, userId);
  const control = useActiveSession(database, {
    functionUrl: `${SUPABASE_URL}/functions/v1/session`,
    userId,
  });
  const { active, show, connect, leave } = control;
  const signingOut = useSignOut(database, control);
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const openMenu = useCallback(() => setIsMenuOpen(true), []);
  const listedTitle = useListedTitle(state, active?.sessionId ?? null);
  const { refresh: refreshShared } = shared;
  useEffect(() => forgetOtherUsers(tabStorage(), userId), [userId]);

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

  return (
    <div className="workspace" data-unread={state.unreadCount > 0}>
      <Sidebar
        {...{ email, signingOut }}
        sessions={{ list, state }}
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
