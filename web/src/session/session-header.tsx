/** The top of a session: its title, how it is connected, and how to end it. */
import type { ReactNode } from "react";
import { Icon } from "../icon.tsx";

export interface SessionHeaderProps {
  title: string;
  openMenu(): void;
  children?: ReactNode;
}

export function SessionHeader({ title, openMenu, children }: SessionHeaderProps) {
  return (
    <header className="session-header">
      <button
        type="button"
        className="icon-button only-narrow"
        aria-label="Open the list of sessions"
        onClick={openMenu}
      >
        <Icon name="menu" />
      </button>
      {title === ""
        ? <span className="session-title" />
        : <h1 className="session-title" title={title}>{title}</h1>}
      <div className="session-actions">{children}</div>
    </header>
  );
}
