/** A model behind the Responses API of a provider that stores its answers: an answer outlives whoever reads it. */
import type { Mode } from "../protocol/mod.ts";
import type { Clock } from "../base/clock.ts";
import { lengthOfRequest } from "./estimate-usage.ts";
import { type LanguageModel, ModelError, type ModelPart, type ModelRequest } from "./language-model.ts";
import { mapResponseEvents } from "./map-response-events.ts";
import { createOpenAIClient, type OpenAIClientOptions } from "./openai-client.ts";
import type { ResponseEvent } from "./response-event.ts";
import { readStoredResponse } from "./stored-response.ts";
import { toLostCheckpoint, toModelError } from "./to-model-error.ts";
import { toResponseRequest } from "./to-response-request.ts";

export interface ResponsesModelOptions extends OpenAIClientOptions {
  model: string;
  mode: Mode;
  clock: Clock;
}

/**
 * Asks once and reports how that failed; retries and replacements are the fallback model's. A connection that breaks is
 * taken up again, because that asks for nothing new.
 */
export function createResponsesModel(options: ResponsesModelOptions): LanguageModel {
  const { model, mode, clock } = options;
  const client = createOpenAIClient(options);

  async function* stream(request: ModelRequest): AsyncGenerator<readonly ModelPart[]> {
    const { signal, checkpoint } = request;
    signal.throwIfAborted();
    if (checkpoint && checkpoint.model !== model) {
      throw toLostCheckpoint(new Error(`The answer is stored with the model ${checkpoint.model}`));
    }
    const response = readStoredResponse(client, {
      request: toResponseRequest(model, request),
      checkpoint,
      signal,
      clock,
    });
    const toParts = mapResponseEvents({
      model,
      inputLength: lengthOfRequest(request),
      isContinuation: checkpoint !== undefined,
    });
    let hasGivenParts = false;
    let hasEndedCall = false;
    try {
      for (let event = await response.next(); event; event = await response.next()) {
        const parts = toParts(event);
        hasEndedCall ||= parts.some(({ type }) => type === "tool-call-end");
        if (parts.length > 0) {
          hasGivenParts = true;
          yield parts;
        }
        if (parts.some(({ type }) => type === "finish")) return;
        if (!hasEndedCall && (parts.length > 0 || event.type === "response.created")) {
          const next = toCheckpoint(event, response.responseId);
          if (next) yield [next];
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      const failure = toModelError(error);
      // A stored failure stays what it is, however often it is read.
      throw checkpoint && !hasGivenParts && isFinal(error) ? toLostCheckpoint(failure) : failure;
    } finally {
      await response.close();
    }
  }

  function toCheckpoint({ sequence_number }: ResponseEvent, responseId: string | null): ModelPart | null {
    if (responseId === null || typeof sequence_number !== "number") return null;
    return { type: "checkpoint", checkpoint: { model, responseId, sequence: sequence_number } };
  }

  return { mode, continuesText: false, stream };
}

/** The mapping of an event throws ModelErrors, the way to the provider throws anything else. */
function isFinal(error: unknown): boolean {
  return error instanceof ModelError;
}
