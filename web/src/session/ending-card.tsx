/** What remains of an ended session: how long it was, and its summary as soon as there is one. */
import type { SummaryStatus } from "../client/mod.ts";
import { MarkdownText } from "../message/markdown-text.tsx";
import { toDuration } from "../sessions/to-duration.ts";

export interface EndingCardProps {
  durationSeconds: number | null;
  /** It goes on elsewhere since. */
  isContinued?: boolean;
  summary: string | null;
  /** `null` while it is not known. */
  summaryStatus: SummaryStatus | null;
}

export function EndingCard({ durationSeconds, isContinued = false, ...summary }: EndingCardProps) {
  return (
    <section className="ending" aria-labelledby="ending-title">
      <h2 id="ending-title">
        Session ended{durationSeconds === null ? "" : ` after ${toDuration(durationSeconds)}`}
      </h2>
      <div aria-live="polite">
        {isContinued
          ? <p>It was continued elsewhere since. Connect to take part again.</p>
          : <Summary {...summary} />}
      </div>
    </section>
  );
}

function Summary({ summary, summaryStatus }: Omit<EndingCardProps, "durationSeconds" | "isContinued">) {
  if (summary && summaryStatus !== "pending" && summaryStatus !== "running") {
    return (
      <>
        <h3>Summary</h3>
        <MarkdownText text={summary} isStreaming={false} />
      </>
    );
  }
  if (summaryStatus === "failed") {
    return <p>The summary could not be written. Continue the session and end it again to get another.</p>;
  }
  if (summaryStatus === "none") return <p>There was nothing to summarise.</p>;
  return (
    <div className="summary-waiting">
      <p>Writing the summary…</p>
      <span />
      <span />
      <span />
    </div>
  );
}
