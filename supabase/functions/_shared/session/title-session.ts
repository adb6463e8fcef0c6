/** Has the model name a session: after its first turn, with a short excerpt, and once; a failure leaves the title as it is. */
import { saidIn } from "../model/language-model.ts";
import { textOf } from "../protocol/mod.ts";
import { TurnStop } from "../turn/turn-stop.ts";
import { withTimeout } from "../base/with-timeout.ts";
import type { Leading } from "./leading.ts";
import { logError } from "../base/log-error.ts";
import { TITLE_INSTRUCTIONS } from "./title-instructions.ts";
import { tellTitle } from "./tell-title.ts";
import { toTitle } from "./to-title.ts";

const TIMEOUT_MS = 8_000;
/** Of the question, and of the answer; a title needs no more. */
const MAX_EXCERPT_LENGTH = 1_000;
/** A model that does not stop is not listened to for longer. */
const MAX_ANSWER_LENGTH = 200;

/** The question still gives the session its title, and the one answer to it is complete. */
export function wantsTitle({ transcript, title }: Leading): boolean {
  const [question, answer, ...more] = transcript.messages();
  return question?.role === "user" && answer?.metadata?.status === "completed" && more.length === 0 &&
    title === toTitle(textOf(question));
}

/** Never rejects. */
export async function titleSession(leading: Leading, signal: AbortSignal): Promise<void> {
  const { writer, ports } = leading;
  try {
    const options = { timeoutMs: TIMEOUT_MS, signal, clock: ports.clock };
    const title = await withTimeout((both) => askForTitle(leading, both), options);
    if (title === "" || title === leading.title) return;
    await writer.write({ title: { text: title, source: "model" } });
    await tellTitle(leading);
  } catch (error) {
    if (!signal.aborted) logError("title_failed", { error });
  }
}

async function askForTitle({ transcript, ports }: Leading, signal: AbortSignal): Promise<string> {
  const lines = transcript.messages().map((message) => {
    const text = textOf(message).trim().replace(/\s+/g, " ").slice(0, MAX_EXCERPT_LENGTH).toWellFormed();
    return `[${message.role}] ${text}`;
  });
  let written = "";
  const reading = new AbortController();
  const pieces = ports.model.stream({
    messages: [{ role: "system", content: TITLE_INSTRUCTIONS }, { role: "user", content: lines.join("\n") }],
    tools: [],
    signal: AbortSignal.any([signal, reading.signal]),
  });
  for await (const parts of pieces) {
    written += saidIn(parts);
    if (written.length <= MAX_ANSWER_LENGTH) continue;
    // Told, so that a provider that writes by itself stops, too.
    reading.abort(new TurnStop("cancelled"));
    break;
  }
  return toTitle(written.trim().replace(/^["'“”#*\s]+|["'“”.*\s]+$/g, ""));
}
