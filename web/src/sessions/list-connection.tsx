/** Says when the list is not live, once that lasts. */
import type { SessionListState } from "../client/mod.ts";
import { useLasting } from "../use-lasting.ts";

const CALM_MS = 3_000;

export interface ListConnectionProps {
  connection: SessionListState["connection"];
  /** Nothing could be loaded yet. */
  isEmpty: boolean;
  onRetry(): void;
}

export function ListConnection({ connection, isEmpty, onRetry }: ListConnectionProps) {
  const isLasting = useLasting(connection.status !== "live", CALM_MS);
  const isOffline = connection.status === "reconnecting" && connection.retryAtMs === null;
  return (
    <div className="list-connection" role="status">
      {isLasting && (
        <>
          <span>{isOffline ? "You are offline." : toSentence(connection, isEmpty)}</span>
          {!isOffline && <button type="button" className="link" onClick={onRetry}>Try now</button>}
        </>
      )}
    </div>
  );
}

function toSentence({ status }: SessionListState["connection"], isEmpty: boolean): string {
  if (isEmpty) return status === "connecting" ? "Loading…" : "Your sessions cannot be loaded right now.";
  return "Not live: what changes elsewhere shows later.";
}
