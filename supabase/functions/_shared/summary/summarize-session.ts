/** Writes the summary of an ended session: claims the job, asks the model, stores the outcome (R8, K17). */
import { type LanguageModel, ModelError, saidIn } from "../model/language-model.ts";
import { SUMMARY_INSTRUCTIONS } from "../model/summary-instructions.ts";
import type { SummaryJob, SummaryStore } from "../store/summary-store.ts";
import { toTranscriptText } from "./to-transcript-text.ts";

export interface SummarizePorts {
  store: SummaryStore;
  model: LanguageModel;
  /** Stops a model that takes too long; well before the claim on the job runs out. */
  createDeadline(): AbortSignal;
}

/** `superseded`: a later ending is current, or the claim was lost. `retry`: recorded, and the sweep asks again. */
export type SummarizeOutcome = "nothing-to-do" | "stored" | "superseded" | "retry";

const MAX_SUMMARY_CHARACTERS = 8_000;

/** Asked twice for the same ending, it works once. Rejects only when the store fails. */
export async function summarizeSession(sessionId: string, ports: SummarizePorts): Promise<SummarizeOutcome> {
  const job = await ports.store.claimSummaryJob(sessionId);
  if (!job) return "nothing-to-do";
  let summary: string;
  try {
    summary = await writeSummary(job, ports);
  } catch (error) {
    await ports.store.failSummaryJob(job, reasonOf(error));
    return "retry";
  }
  const { stored } = await ports.store.finishSummaryJob(job, summary);
  return stored ? "stored" : "superseded";
}

async function writeSummary(
  job: SummaryJob,
  { model, createDeadline }: Pick<SummarizePorts, "model" | "createDeadline">,
): Promise<string> {
  let summary = "";
  const pieces = model.stream({
    messages: [
      { role: "system", content: SUMMARY_INSTRUCTIONS },
      { role: "user", content: toTranscriptText(job.messages) },
    ],
    tools: [],
    signal: createDeadline(),
  });
  for await (const parts of pieces) {
    if (summary.length < MAX_SUMMARY_CHARACTERS) summary += saidIn(parts);
  }
  if (summary.trim() === "") throw new Error("The model wrote nothing");
  return summary.trim().slice(0, MAX_SUMMARY_CHARACTERS);
}

/** Kept in the job, which only operators read. */
function reasonOf(error: unknown): string {
  if (error instanceof ModelError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
