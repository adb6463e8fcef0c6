/** Stops a stored response that nobody will read, so that nobody pays for the rest of it. */
import type { OpenAI } from "openai";

const CANCEL_TIMEOUT_MS = 5_000;

/** Returns at once and never fails: an answer that cannot be stopped comes to its end by itself. */
export function cancelResponse(client: OpenAI, responseId: string): void {
  client.responses.cancel(responseId, { timeout: CANCEL_TIMEOUT_MS }).then(() => {}, () => {});
}
