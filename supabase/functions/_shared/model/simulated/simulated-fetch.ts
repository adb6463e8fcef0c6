/**
 * The simulated provider: a `fetch` that answers `POST …/chat/completions` in the provider's wire format. What it says
 * depends on the request alone.
 */
import type { Clock } from "../../session/clock.ts";
import { SUMMARY_INSTRUCTIONS } from "../summary-instructions.ts";
import { TITLE_INSTRUCTIONS } from "../title-instructions.ts";
import { type CompletionFacts, toWholeCompletion, toWireChunks } from "./completion-body.ts";
import { type CompletionRequest, completionRequestSchema, contentOf } from "./completion-request.ts";
import { readConversation } from "./conversation.ts";
import { decideReply } from "./decide-reply.ts";
import { createFaultCounter } from "./fault-counter.ts";
import { type Fault, isStatusFault, readFaults, STATUS_FAULTS } from "./faults.ts";
import { createPacedBody, type Pace } from "./paced-body.ts";
import type { Reply } from "./reply.ts";
import { splitTokens } from "./split-tokens.ts";
import { toStreamSteps } from "./stream-steps.ts";

export interface SimulatedFetchOptions {
  clock: Clock;
  pace: Pace;
  createId: () => string;
  /** Off where the simulated model stands in for a real one, so that it does not fail as asked too. */
  obeysFaults: boolean;
}

export function createSimulatedFetch(options: SimulatedFetchOptions): typeof fetch {
  const { clock, pace, createId, obeysFaults } = options;
  const isDue = createFaultCounter();

  async function answer(request: Request): Promise<Response> {
    const { signal } = request;
    signal.throwIfAborted();
    if (request.method !== "POST" || !new URL(request.url).pathname.endsWith("/chat/completions")) {
      return toError(404, { type: "invalid_request_error", code: null, message: "Unknown request URL." });
    }
    const body = await request.json().catch(() => null);
    const parsed = completionRequestSchema.safeParse(body);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const message = `Invalid request: ${issue?.path.join(".")}: ${issue?.message}`;
      return toError(400, { type: "invalid_request_error", code: null, message });
    }
    const faults = obeysFaults ? faultsOf(parsed.data) : [];
    const failing = faults.filter(isStatusFault).find((fault) => isDue(fault, JSON.stringify(body)));
    if (failing) {
      const { status, error, headers } = STATUS_FAULTS[failing.name];
      return toError(status, error, headers);
    }
    const isFirstStep = parsed.data.messages.at(-1)?.role === "user";
    const reply = withFaults(decideReply(readConversation(parsed.data)), isFirstStep ? faults : []);
    const facts = toFacts(parsed.data, { clock, createId });
    if (!parsed.data.stream) return Response.json(toWholeCompletion(reply, facts));
    return toStream(reply, { facts, faults, signal });
  }

  function toStream(
    reply: Reply,
    { facts, faults, signal }: { facts: CompletionFacts; faults: Fault[]; signal: AbortSignal },
  ): Response {
    const slow = faults.find(({ name }) => name === "slow_first_token");
    const firstTokenMs = slow ? slow.argument ?? SLOW_FIRST_TOKEN_MS : pace.firstTokenMs;
    const steps = toStreamSteps(toWireChunks(reply, facts), faults);
    const body = createPacedBody(steps, { pace: { ...pace, firstTokenMs }, clock, signal });
    return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
  }

  return (input, init) => answer(new Request(input, init));
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

function toFacts(
  request: CompletionRequest,
  { clock, createId }: Pick<SimulatedFetchOptions, "clock" | "createId">,
): CompletionFacts {
  const text = request.messages.map(contentOf).join(" ");
  return {
    id: `chatcmpl-${createId()}`,
    createdAtSeconds: Math.floor(clock.now() / 1_000),
    model: request.model,
    inputTokens: splitTokens(text).length,
    includeUsage: request.stream_options?.include_usage === true,
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    // Unlike the words, ids differ each time, as a provider's do: two sessions must never share a call id.
    createCallId: () => `call_${createId()}`,
  };
}

/** A summary quotes whole sessions, so the faults of their answers must not strike it as well. */
function faultsOf({ messages }: CompletionRequest): Fault[] {
  const last = messages.findLast(({ role }) => role === "user");
  const isAboutSession = messages.some((message) =>
    message.role === "system" && [SUMMARY_INSTRUCTIONS, TITLE_INSTRUCTIONS].includes(contentOf(message))
  );
  return last ? readFaults(contentOf(last), isAboutSession ? "summary_fault" : "fault") : [];
}

function toError(
  status: number,
  error: { type: string; code: string | null; message: string },
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error: { param: null, ...error } }, { status, headers });
}
