/** The fields of a streamed response event that are read, nearly all optional: compatible providers leave out what they like. */

export interface ResponseEvent {
  type: string;
  /** Counts the events of a response; what comes after a number can be asked for again. */
  sequence_number?: number | null;
  output_index?: number | null;
  summary_index?: number | null;
  delta?: string | null;
  item?: ResponseItem | null;
  response?: ResponseState | null;
}

/** `arguments` is whole once the item is done. */
export interface ResponseItem {
  type?: string | null;
  id?: string | null;
  call_id?: string | null;
  name?: string | null;
  arguments?: string | null;
  content?: { type?: string | null; text?: string | null; refusal?: string | null }[] | null;
}

export interface ResponseState {
  id?: string | null;
  model?: string | null;
  status?: string | null;
  output?: ResponseItem[] | null;
  error?: unknown;
  incomplete_details?: { reason?: string | null } | null;
  usage?:
    | { input_tokens?: number | null; output_tokens?: number | null; total_tokens?: number | null }
    | null;
}

const LAST_EVENTS = new Set([
  "response.completed",
  "response.incomplete",
  "response.failed",
  "response.cancelled",
  "error",
]);

/** Nothing follows it. */
export function isLastEvent({ type }: ResponseEvent): boolean {
  return LAST_EVENTS.has(type);
}
