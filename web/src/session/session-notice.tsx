/** The one thing the user should know right now, above the composer, with what to do about it. */
import type { SessionClient, SessionState } from "../client/mod.ts";
import { Icon } from "../icon.tsx";
import { toStopAdvice } from "./to-stop-advice.ts";

/** To ask again would not help. */
const FORBIDDEN_CODE = 4403;
/** These mean that the connection is being renewed, which needs nobody's attention. */
const SILENT_CODES: readonly string[] = ["unauthorized", "token_expired"];

export function SessionNotice(
  { state, client }: { state: SessionState; client: Pick<SessionClient, "reconnect" | "send"> },
) {
  const { connection, lastError } = state;
  if (connection.status === "stopped" && !state.ended) {
    return (
      <div className="session-notice" role="alert">
        <Icon name="info" size={16} />
        <p>{toStopAdvice(connection.code)}</p>
        {connection.code !== FORBIDDEN_CODE && (
          <button
            type="button"
            className="button"
            onClick={() => client.reconnect()}
          >
            Connect again
          </button>
        )}
      </div>
    );
  }
  if (!lastError || SILENT_CODES.includes(lastError.error.code)) return null;
  const { error, command } = lastError;
  const canRetry = error.retryable && command?.type === "message.create";
  return (
    <div className="session-notice" role="alert">
      <Icon name="alert" size={16} />
      <p>{error.message}{error.retryable && !canRetry ? " Try again in a moment." : ""}</p>
      {canRetry && (
        <button type="button" className="button" onClick={() => client.send(command.text)}>Try again</button>
      )}
    </div>
  );
}
