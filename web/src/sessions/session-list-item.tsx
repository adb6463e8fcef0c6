/** One line of the session list: title, and what is worth knowing about it. */
import { isSummaryDue, type SessionRow } from "./session-row.ts";
import { toDuration } from "./to-duration.ts";
import { toWhen } from "./to-when.ts";

export interface SessionListItemProps {
  row: SessionRow;
  isCurrent: boolean;
  onOpen(): void;
}

export function SessionListItem({ row, isCurrent, onOpen }: SessionListItemProps) {
  return (
    <button
      type="button"
      className="session-item"
      aria-current={isCurrent ? "page" : undefined}
      title={row.summary ?? undefined}
      onClick={onOpen}
    >
      <span className="session-item-title">{row.title ?? "Untitled session"}</span>
      <span className="session-item-facts">
        {row.status === "active" && <span className="session-item-dot" aria-hidden="true" />}
        {toFacts(row)}
      </span>
    </button>
  );
}

function toFacts(row: SessionRow): string {
  const when = toWhen(row.start_time);
  if (row.status === "active") return `Active · ${when}`;
  if (isSummaryDue(row)) return `${when} · summarising…`;
  const duration = row.duration_seconds === null ? "" : ` · ${toDuration(row.duration_seconds)}`;
  return `${when}${duration}`;
}
