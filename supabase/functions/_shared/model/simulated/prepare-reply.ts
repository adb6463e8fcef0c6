/** What the simulated provider answers to a request, whichever of its interfaces it came through. */
import type { Clock } from "../../base/clock.ts";
import { SUMMARY_INSTRUCTIONS } from "../summary-instructions.ts";
import { TITLE_INSTRUCTIONS } from "../../session/title-instructions.ts";
import type { CompletionFacts } from "./completion-body.ts";
import { type CompletionRequest, contentOf } from "./completion-request.ts";
import { readConversation } from "./conversation.ts";
import { decideReply } from "./decide-reply.ts";
import { toErrorResponse } from "./error-response.ts";
import { createFaultCounter } from "./fault-counter.ts";
import { type Fault, isStatusFault, readFaults, STATUS_FAULTS } from "./faults.ts";
import type { Pace } from "./paced-body.ts";
import type { Reply } from "./reply.ts";
import { splitTokens } from "./split-tokens.ts";

export interface PrepareReplyOptions {
  clock: Clock;
  pace: Pace;
  createId: () => string;
  obeysFaults: boolean;
}

export interface PreparedReply {
  reply: Reply;
  facts: CompletionFacts;
  faults: Fault[];
  pace: Pace;
}

/** A Response where the request asks to be refused. */
export type PrepareReply = (
  request: CompletionRequest,
  options: { idPrefix: string },
) => PreparedReply | Response;

export function createPrepareReply(
  { clock, pace, createId, obeysFaults }: PrepareReplyOptions,
): PrepareReply {
  const isDue = createFaultCounter();

  function toFacts(request: CompletionRequest, idPrefix: string): CompletionFacts {
    const text = request.messages.map(contentOf).join(" ");
    return {
      id: `${idPrefix}${createId()}`,
      createdAtSeconds: Math.floor(clock.now() / 1_000),
      model: request.model,
      inputTokens: splitTokens(text).length,
      includeUsage: request.stream_options?.include_usage === true,
      maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
      // Unlike the words, ids differ each time, as a provider's do: two sessions must never share a call id.
      createCallId: () => `call_${createId()}`,
    };
  }

  return (request, { idPrefix }) => {
    const faults = obeysFaults ? faultsOf(request) : [];
    const failing = faults.filter(isStatusFault).find((fault) => isDue(fault, JSON.stringify(request)));
    if (failing) {
      const { status, error, headers } = STATUS_FAULTS[failing.name];
      return toErrorResponse(status, error, headers);
    }
    const isFirstStep = request.messages.at(-1)?.role === "user";
    const slow = faults.find(({ name }) => name === "slow_first_token");
    return {
      reply: withFaults(decideReply(readConversation(request)), isFirstStep ? faults : []),
      facts: toFacts(request, idPrefix),
      faults,
      pace: slow ? { ...pace, firstTokenMs: slow.argument ?? SLOW_FIRST_TOKEN_MS } : pace,
    };
  };
}

const SLOW_FIRST_TOKEN_MS = 5_000;

function withFaults(reply: Reply, faults: Fault[]): Reply {
  const isAsked = (name: Fault["name"]) => faults.some((fault) => fault.name === name);
  if (isAsked("refusal")) {
    return { text: "I'm sorry, but I can't help with that.", calls: [], isRefusal: true };
  }
  if (!isAsked("invalid_tool_arguments")) return reply;
  const calls = reply.calls.map((call) => ({
    ...call,
    argumentText: JSON.stringify(call.arguments).slice(0, -1),
  }));
  return { ...reply, calls };
}

/** A summary quotes whole sessions, so the faults of their answers must not strike it as well. */
function faultsOf({ messages }: CompletionRequest): Fault[] {
  const last = messages.findLast(({ role }) => role === "user");
  const isAboutSession = messages.some((message) =>
    message.role === "system" && [SUMMARY_INSTRUCTIONS, TITLE_INSTRUCTIONS].includes(contentOf(message))
  );
  return last ? readFaults(contentOf(last), isAboutSession ? "summary_fault" : "fault") : [];
}
