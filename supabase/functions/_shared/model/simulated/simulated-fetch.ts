/**
 * The simulated provider: a `fetch` that answers `POST …/chat/completions` and `…/responses` in the provider's wire
 * format. What it says depends on the request alone.
 */
import type { Clock } from "../../base/clock.ts";
import { toWholeCompletion, toWireChunks } from "./completion-body.ts";
import { completionRequestSchema } from "./completion-request.ts";
import { toErrorResponse } from "./error-response.ts";
import { createPacedBody, type Pace } from "./paced-body.ts";
import { createPrepareReply, type PreparedReply } from "./prepare-reply.ts";
import { readRequest } from "./read-request.ts";
import { createResponsesApi } from "./responses-api.ts";
import { toStreamSteps } from "./stream-steps.ts";

export interface SimulatedFetchOptions {
  clock: Clock;
  pace: Pace;
  createId: () => string;
  /** Off where the simulated model stands in for a real one, so that it does not fail as asked too. */
  obeysFaults: boolean;
  /** Ends the stored answers that are still being written. */
  signal?: AbortSignal;
}

export function createSimulatedFetch(options: SimulatedFetchOptions): typeof fetch {
  const { clock, signal: closing = new AbortController().signal } = options;
  const prepareReply = createPrepareReply(options);
  const answerResponses = createResponsesApi({ clock, prepareReply, closing });

  async function answer(request: Request): Promise<Response> {
    request.signal.throwIfAborted();
    const { pathname } = new URL(request.url);
    const isCompletion = request.method === "POST" && pathname.endsWith("/chat/completions");
    const response = isCompletion ? await complete(request) : await answerResponses(request);
    return response ?? toErrorResponse(404, { message: "Unknown request URL." });
  }

  async function complete(request: Request): Promise<Response> {
    const wanted = await readRequest(request, completionRequestSchema);
    if (wanted instanceof Response) return wanted;
    const prepared = prepareReply(wanted, { idPrefix: "chatcmpl-" });
    if (prepared instanceof Response) return prepared;
    if (!wanted.stream) return Response.json(toWholeCompletion(prepared.reply, prepared.facts));
    return toStream(prepared, request.signal);
  }

  function toStream({ reply, facts, faults, pace }: PreparedReply, signal: AbortSignal): Response {
    const steps = toStreamSteps(toWireChunks(reply, facts), faults);
    const body = createPacedBody(steps, { pace, clock, signal });
    return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
  }

  return (input, init) => answer(new Request(input, init));
}
