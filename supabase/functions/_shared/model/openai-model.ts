/** A model behind the chat completions API of OpenAI or of any provider that speaks it. */
import type { Mode } from "../protocol/mod.ts";
import { lengthOfRequest } from "./estimate-usage.ts";
import { type LanguageModel, ModelError, type ModelPart, type ModelRequest } from "./language-model.ts";
import { endCompletion, mapCompletionChunk, startCompletion } from "./map-completion-chunk.ts";
import { createOpenAIClient, type OpenAIClientOptions } from "./openai-client.ts";
import { readCompletionChunks } from "./read-completion-chunks.ts";
import { toCompletionRequest } from "./to-completion-request.ts";
import { toLostCheckpoint, toModelError } from "./to-model-error.ts";

export interface OpenAIModelOptions extends OpenAIClientOptions {
  model: string;
  mode: Mode;
  /** The provider goes on with a last assistant message that is unfinished. */
  continuesText?: boolean;
  createId?: () => string;
}

/** Makes one attempt and reports how it failed; retries and replacements are the fallback model's. */
export function createOpenAIModel(options: OpenAIModelOptions): LanguageModel {
  const { model, mode, continuesText = false, createId = () => crypto.randomUUID() } = options;
  const client = createOpenAIClient(options);

  async function* stream(request: ModelRequest): AsyncGenerator<readonly ModelPart[]> {
    const { signal } = request;
    signal.throwIfAborted();
    if (request.checkpoint) throw toLostCheckpoint(new Error("This provider stores no answers"));
    let completion = startCompletion({ id: createId(), model });
    try {
      const body = toCompletionRequest(model, request);
      const response = await client.chat.completions.create(body, { signal }).asResponse();
      for await (const chunks of readCompletionChunks(response, signal)) {
        const parts: ModelPart[] = [];
        for (const chunk of chunks) {
          const mapped = mapCompletionChunk(completion, chunk);
          completion = mapped.completion;
          for (const part of mapped.parts) parts.push(part);
        }
        if (parts.length > 0) yield parts;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw toModelError(error);
    }
    signal.throwIfAborted();
    if (completion.finishReason === null) {
      throw new ModelError("model_unavailable", {
        cause: new Error("The stream ended without a finish reason"),
      });
    }
    yield endCompletion(completion, { inputLength: lengthOfRequest(request) });
  }

  return { mode, continuesText, stream };
}
