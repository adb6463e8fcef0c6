/** The left side: a new session, the list, the account. On a narrow screen it slides over the page. */
import { useEffect, useRef } from "react";
import { AccountFoot } from "./auth/account-foot.tsx";
import type { SigningOut } from "./auth/use-sign-out.ts";
import { STUDIO_URL } from "./environment.ts";
import { Icon } from "./icon.tsx";
import { Logo } from "./logo.tsx";
import type { SessionRow } from "./sessions/session-row.ts";
import { SessionSearch } from "./sessions/session-search.tsx";
import { SharedSessions } from "./sessions/shared-sessions.tsx";
import { useNow } from "./sessions/use-now.ts";
import { SessionList, type SessionListHandle } from "./sessions/session-list.tsx";

export interface SidebarProps {
  sessions: SessionListHandle;
  shared: readonly SessionRow[];
  currentId: string | null;
  onOpen(sessionId: string): void;
  email: string;
  isOpen: boolean;
  onClose(): void;
  onNew(): void;
  signingOut: SigningOut;
}

export function Sidebar(props: SidebarProps) {
  const { sessions, shared, currentId, email, isOpen, onClose, onOpen, onNew, signingOut } = props;
  const { list, state: { query } } = sessions;
  const nowMs = useNow();
  const closeButton = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    closeButton.current?.focus();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
      event.preventDefault();
      onClose();
    };
    // Before those of the window, of which one stops the answer behind the list.
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [isOpen, onClose]);

  function open(sessionId: string): void {
    if (sessionId !== currentId) onOpen(sessionId);
    onClose();
  }

  return (
    <>
      <div className="scrim" data-open={isOpen} onClick={onClose} />
      <nav className="sidebar" data-open={isOpen} aria-label="Sessions">
        <div className="sidebar-head">
          <Logo />
          <span className="sidebar-name">Parley</span>
          <button
            type="button"
            ref={closeButton}
            className="icon-button only-narrow"
            aria-label="Close the list"
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </div>
        <button
          type="button"
          className="button button-wide new-session"
          onClick={() => {
            onNew();
            onClose();
          }}
        >
          <Icon name="plus" size={16} /> New session
        </button>
        <SessionSearch query={query} onSearch={(text) => list.search(text)} />
        <div className="sidebar-scroll">
          <SharedSessions rows={shared} onOpen={open} {...{ query, currentId, nowMs }} />
          <SessionList onOpen={open} {...{ sessions, currentId, nowMs }} />
        </div>
        <footer className="sidebar-foot">
          {STUDIO_URL && (
            <a className="quiet-link" href={STUDIO_URL} target="_blank" rel="noreferrer">
              Open Studio <Icon name="external" size={13} />
            </a>
          )}
          <AccountFoot {...{ email, signingOut }} />
        </footer>
      </nav>
    </>
  );
}
