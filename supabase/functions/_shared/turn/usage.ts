/** Token counting across the steps of a turn. */
import type { Usage } from "../protocol/mod.ts";

/** English text averages about four characters a token; good enough to say roughly what a stopped step cost. */
const CHARACTERS_PER_TOKEN = 4;

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

export function addUsage(left: Usage, right: Usage): Usage {
  const estimated = left.estimated || right.estimated;
  return {
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    totalTokens: left.totalTokens + right.totalTokens,
    ...(estimated ? { estimated: true } : {}),
  };
}

/** Providers report usage at the end of a stream only, so a step that was stopped has to be estimated. */
export function estimateUsage(inputLength: number, outputLength: number): Usage {
  const inputTokens = Math.ceil(inputLength / CHARACTERS_PER_TOKEN);
  const outputTokens = Math.ceil(outputLength / CHARACTERS_PER_TOKEN);
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens, estimated: true };
}
