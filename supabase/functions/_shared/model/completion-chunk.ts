/** The fields of a streamed chat completion chunk that are read, all optional: compatible providers leave out what they like. */

export interface CompletionChunk {
  id?: string | null;
  model?: string | null;
  choices?: CompletionChoice[] | null;
  usage?: CompletionUsage | null;
}

export interface CompletionChoice {
  index?: number | null;
  delta?: CompletionDelta | null;
  finish_reason?: string | null;
}

export interface CompletionDelta {
  content?: string | null;
  refusal?: string | null;
  /** Two spellings of the same thing, by provider. */
  reasoning?: string | null;
  reasoning_content?: string | null;
  tool_calls?: ToolCallFragment[] | null;
}

export interface ToolCallFragment {
  index?: number | null;
  id?: string | null;
  function?: { name?: string | null; arguments?: string | null } | null;
}

export interface CompletionUsage {
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  total_tokens?: number | null;
}
