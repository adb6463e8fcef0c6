/** One line of the session list: title, what is worth knowing about it, and renaming it in place. */
import { useRef, useState } from "react";
import type { ListedSession } from "../client/mod.ts";
import { Icon } from "../icon.tsx";
import { SessionRename } from "./session-rename.tsx";
import { Snippet } from "./snippet.tsx";
import { toRelativeTime } from "./to-relative-time.ts";

/** Those of others cannot be renamed, and have no summary that would be new. */
export type ListItem = Pick<
  ListedSession,
  "sessionId" | "title" | "status" | "lastActivityAt" | "summary" | "summaryStatus" | "isUnread" | "snippet"
>;

export interface SessionListItemProps {
  session: ListItem;
  isCurrent: boolean;
  nowMs: number;
  onOpen(): void;
  onRename?: (title: string) => void;
}

export function SessionListItem({ session, isCurrent, nowMs, onOpen, onRename }: SessionListItemProps) {
  const [isRenaming, setIsRenaming] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const title = session.title ?? "Untitled session";

  function stopRenaming(newTitle: string | null): void {
    setIsRenaming(false);
    if (newTitle !== null && newTitle !== session.title) onRename?.(newTitle);
    requestAnimationFrame(() => opener.current?.focus());
  }

  if (isRenaming) {
    return (
      <li className="session-item">
        <SessionRename title={session.title ?? ""} onDone={stopRenaming} />
      </li>
    );
  }
  return (
    <li className="session-item" data-current={isCurrent}>
      <button
        type="button"
        ref={opener}
        className="session-open"
        aria-current={isCurrent ? "page" : undefined}
        title={session.summary ?? undefined}
        onClick={onOpen}
        onKeyDown={(event) => event.key === "F2" && onRename && setIsRenaming(true)}
      >
        <span className="session-item-title">{title}</span>
        <span className="session-item-facts">
          {session.status === "active" && <span className="session-item-dot" aria-hidden="true" />}
          {toFacts(session, nowMs)}
          {session.isUnread && (
            <span className="session-item-unread">
              <span className="visually-hidden">,</span>new summary
            </span>
          )}
        </span>
        {session.snippet && session.snippet.length > 0 && <Snippet parts={session.snippet} />}
      </button>
      {onRename && (
        <button
          type="button"
          className="icon-button session-rename"
          aria-label={`Rename ${title}`}
          title="Rename (F2)"
          onClick={() => setIsRenaming(true)}
        >
          <Icon name="pencil" size={15} />
        </button>
      )}
    </li>
  );
}

function toFacts({ status, summaryStatus, lastActivityAt }: ListItem, nowMs: number): string {
  if (status === "active") return `Live · ${toRelativeTime(lastActivityAt, nowMs)}`;
  const isDue = summaryStatus === "pending" || summaryStatus === "running";
  return isDue ? "Ended · summarising…" : `Ended · ${toRelativeTime(lastActivityAt, nowMs)}`;
}
