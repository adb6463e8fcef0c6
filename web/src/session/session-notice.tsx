/** The one thing the user should know right now, above the composer, with what to do about it. */
import type { RefusedMessage, SessionClient, SessionState, WireError } from "../client/mod.ts";
import { Icon } from "../icon.tsx";
import { toStopAdvice } from "./to-stop-advice.ts";

/** To ask again would not help. */
const FORBIDDEN_CODE = 4403;
/** These mean that the connection is being renewed, which needs nobody's attention. */
const SILENT_CODES: readonly string[] = ["unauthorized", "token_expired"];

export function SessionNotice(
  { state, client }: { state: SessionState; client: Pick<SessionClient, "reconnect" | "send" | "dismiss"> },
) {
  const { connection, refused } = state;
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
  const resendable = refused.filter(({ error }) => error.retryable);
  const error = toShownError(state) ?? (resendable.at(-1) ?? refused.at(-1))?.error;
  if (!error) return null;
  const canRetry = resendable.some((message) => message.error === error);
  return (
    <div className="session-notice" role="alert">
      <Icon name="alert" size={16} />
      <p>{error.message}{error.retryable && !canRetry ? " Try again in a moment." : ""}</p>
      {canRetry && (
        <>
          <button type="button" className="button" onClick={() => resend(client, resendable)}>
            Try again
          </button>
          <button type="button" className="button" onClick={() => dismiss(client, resendable)}>
            Discard
          </button>
        </>
      )}
    </div>
  );
}

/** One of a message that may be sent again is shown as long as the message is there to be sent. */
function toShownError({ lastError }: SessionState): WireError | null {
  if (!lastError || SILENT_CODES.includes(lastError.error.code)) return null;
  const { error, command } = lastError;
  return error.retryable && command?.type === "message.create" ? null : error;
}

function dismiss(client: Pick<SessionClient, "dismiss">, messages: readonly RefusedMessage[]): void {
  for (const { command } of messages) client.dismiss(command.id);
}

function resend(
  client: Pick<SessionClient, "dismiss" | "send">,
  messages: readonly RefusedMessage[],
): void {
  dismiss(client, messages);
  for (const { command } of messages) client.send(command.text);
}
