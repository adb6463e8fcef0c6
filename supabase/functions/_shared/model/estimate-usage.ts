/** Guesses what a provider that reports no usage has used, from the numbers of characters. */
import type { Usage } from "../protocol/mod.ts";
import type { ModelRequest } from "./language-model.ts";

/** English text averages about four characters a token. */
const CHARACTERS_PER_TOKEN = 4;

export function estimateUsage(
  { inputLength, outputLength }: { inputLength: number; outputLength: number },
): Usage {
  const inputTokens = Math.ceil(inputLength / CHARACTERS_PER_TOKEN);
  const outputTokens = Math.ceil(outputLength / CHARACTERS_PER_TOKEN);
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens, estimated: true };
}

export function lengthOfRequest({ messages, tools }: ModelRequest): number {
  return messages.reduce((sum, { content }) => sum + content.length, JSON.stringify(tools).length);
}
