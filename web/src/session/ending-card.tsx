/** What remains of an ended session: how long it was, and its summary as soon as there is one. */
import { MarkdownText } from "../message/markdown-text.tsx";
import type { SessionRow } from "../sessions/session-row.ts";
import { toDuration } from "../sessions/to-duration.ts";

export interface EndingCardProps {
  durationSeconds: number | null;
  /** `null` while the database has not been asked yet. */
  row: SessionRow | null;
}

export function EndingCard({ durationSeconds, row }: EndingCardProps) {
  return (
    <section className="ending" aria-labelledby="ending-title">
      <h2 id="ending-title">
        Session ended{durationSeconds === null ? "" : ` after ${toDuration(durationSeconds)}`}
      </h2>
      <div aria-live="polite">
        <Summary row={row} />
      </div>
    </section>
  );
}

function Summary({ row }: { row: SessionRow | null }) {
  if (row?.summary && row.summary_status !== "pending" && row.summary_status !== "running") {
    return (
      <>
        <h3>Summary</h3>
        <MarkdownText text={row.summary} isStreaming={false} />
      </>
    );
  }
  if (row?.summary_status === "failed") {
    return <p>The summary could not be written. Continue the session and end it again to get another.</p>;
  }
  if (row?.summary_status === "none" && row.status === "ended") return <p>There was nothing to summarise.</p>;
  return (
    <div className="summary-waiting">
      <p>Writing the summary…</p>
      <span />
      <span />
      <span />
    </div>
  );
}
