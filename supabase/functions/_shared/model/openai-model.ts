/** A model behind the chat completions API of OpenAI or of any provider that speaks it. */
import { OpenAI } from "openai";
import type { Mode } from "../protocol/mod.ts";
import { classifyModelError } from "./classify-model-error.ts";
import { type LanguageModel, ModelError, type ModelPart, type ModelRequest } from "./language-model.ts";
import { endCompletion, mapCompletionChunk, startCompletion } from "./map-completion-chunk.ts";
import { toCompletionRequest } from "./to-completion-request.ts";

export interface OpenAIModelOptions {
  model: string;
  mode: Mode;
  /** The provider goes on with a last assistant message that is unfinished. */
  continuesText?: boolean;
  apiKey: string;
  baseUrl?: string;
  organization?: string;
  project?: string;
  fetch?: typeof fetch;
  createId?: () => string;
}

/** Makes one attempt and reports how it failed; retries and replacements are the fallback model's. */
export function createOpenAIModel(options: OpenAIModelOptions): LanguageModel {
  const { model, mode, continuesText = false, createId = () => crypto.randomUUID() } = options;
  const client = new OpenAI({
    apiKey: options.apiKey,
    baseURL: options.baseUrl,
    organization: options.organization ?? null,
    project: options.project ?? null,
    fetch: options.fetch,
    maxRetries: 0,
    // At its debug level the SDK logs what users write.
    logLevel: "off",
  });

  async function* stream(request: ModelRequest): AsyncGenerator<ModelPart> {
    const { signal } = request;
    signal.throwIfAborted();
    let completion = startCompletion({ id: createId(), model });
    try {
      const chunks = await client.chat.completions.create(toCompletionRequest(model, request), { signal });
      for await (const chunk of chunks) {
        const mapped = mapCompletionChunk(completion, chunk);
        completion = mapped.completion;
        for (const part of mapped.parts) yield part;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw toModelError(error);
    }
    // The SDK ends a stream silently when it is aborted.
    signal.throwIfAborted();
    if (completion.finishReason === null) {
      throw new ModelError("model_unavailable", {
        cause: new Error("The stream ended without a finish reason"),
      });
    }
    yield* endCompletion(completion, { inputLength: lengthOf(request) });
  }

  return { mode, continuesText, stream };
}

function toModelError(error: unknown): ModelError {
  const { code, retryable, retryAfterMs } = classifyModelError(error);
  return new ModelError(code, { cause: error, retryable, retryAfterMs });
}

function lengthOf({ messages, tools }: ModelRequest): number {
  return messages.reduce((sum, { content }) => sum + content.length, JSON.stringify(tools).length);
}
