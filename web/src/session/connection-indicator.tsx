/** How the session is connected, calmly: a short break is not worth a word. */
import type { ConnectionState } from "../client/mod.ts";
import { useLasting } from "../use-lasting.ts";

/** Most reconnections are over before this. */
const CALM_MS = 900;

export interface ConnectionIndicatorProps {
  connection: ConnectionState;
  onRetry(): void;
}

export function ConnectionIndicator({ connection, onRetry }: ConnectionIndicatorProps) {
  const isLasting = useLasting(connection.status !== "live", CALM_MS);
  const tone = connection.status === "stopped" ? "stopped" : isLasting ? "waiting" : "live";
  const label = tone === "live" ? "Connected" : toLabel(connection);
  return (
    <span className="connection" data-tone={tone}>
      <span className="connection-dot" aria-hidden="true" />
      <span className="connection-label" role="status">{label}</span>
      {tone === "waiting" && connection.status === "reconnecting" && connection.attempt > 2 && (
        <button type="button" className="link" onClick={onRetry}>Retry now</button>
      )}
    </span>
  );
}

function toLabel(connection: ConnectionState): string {
  switch (connection.status) {
    case "connecting":
      return "Connecting…";
    case "live":
      return "Connected";
    case "reconnecting":
      return connection.retryAtMs === null ? "You are offline" : "Reconnecting…";
    case "stopped":
      return "Not connected";
  }
}
