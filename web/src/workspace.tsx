/** The signed-in page: the list of sessions beside the open one. */
import { useCallback, useState } from "react";
import { SUPABASE_URL } from "./environment.ts";
import type { Database } from "./database.ts";
import { NewSession } from "./session/new-session.tsx";
import { SessionPage } from "./session/session-page.tsx";
import { useSessions } from "./sessions/use-sessions.ts";
import { Sidebar } from "./sidebar.tsx";
import { useActiveSession } from "./use-active-session.ts";

export function Workspace({ database, email }: { database: Database; email: string }) {
  const sessions = useSessions(database);
  const { active, show, connect, leave } = useActiveSession(database, `${SUPABASE_URL}/functions/v1/session`);
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const openMenu = useCallback(() => setIsMenuOpen(true), []);

  function start(text: string): void {
    connect(crypto.randomUUID()).send(text);
  }

  async function signOut(): Promise<void> {
    leave();
    sessionStorage.clear();
    await database.auth.signOut();
  }

  return (
    <div className="workspace">
      <Sidebar
        {...{ sessions, email }}
        currentId={active?.sessionId ?? null}
        isOpen={isMenuOpen}
        onClose={() => setIsMenuOpen(false)}
        onOpen={show}
        onNew={leave}
        onSignOut={() => void signOut()}
      />
      {active
        ? (
          <SessionPage
            key={active.sessionId}
            {...{ database, active, connect, openMenu }}
            onChanged={sessions.refresh}
            onNew={leave}
          />
        )
        : <NewSession onStart={start} openMenu={openMenu} />}
    </div>
  );
}
