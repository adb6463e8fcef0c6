/** The course of a streamed answer, faults included: what is sent, and what goes wrong when. */
import type { WireChunk } from "./completion-body.ts";
import type { Fault } from "./faults.ts";

export type StreamStep =
  | { kind: "send"; event: string; isToken: boolean }
  /** Nothing more comes, and the connection stays open. */
  | { kind: "stall" }
  /** The connection ends here. */
  | { kind: "cut" };

/** Tokens a broken stream still brings, so that there is a partial answer to keep. */
export const TOKENS_BEFORE_FAULT = 5;

export function* toStreamSteps(chunks: Iterable<WireChunk>, faults: Fault[]): Generator<StreamStep> {
  const breaking = faults.find(({ name }) => name in BREAKS);
  const limit = breaking?.argument ?? TOKENS_BEFORE_FAULT;
  let tokenCount = 0;
  for (const { json, isToken } of chunks) {
    const isSpoken = tokenCount > 0 && !isToken;
    if (breaking && (tokenCount === limit || isSpoken)) {
      yield* BREAKS[breaking.name as keyof typeof BREAKS];
      return;
    }
    if (isToken) tokenCount++;
    yield { kind: "send", event: toEvent(json), isToken };
  }
  yield { kind: "send", event: toEvent("[DONE]"), isToken: false };
}

const ERROR_EVENT = toEvent(JSON.stringify({
  error: {
    type: "server_error",
    code: null,
    message: "The server had an error in mid-stream (simulated).",
    param: null,
  },
}));

const BREAKS: Record<"mid_stream" | "stall" | "cut_off", StreamStep[]> = {
  mid_stream: [{ kind: "send", event: ERROR_EVENT, isToken: false }, { kind: "cut" }],
  stall: [{ kind: "stall" }],
  cut_off: [{ kind: "cut" }],
};

function toEvent(data: string): string {
  return `data: ${data}\n\n`;
}
