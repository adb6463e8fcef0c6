/**
 * A model that says what the test wrote down, one script a step, and keeps what it was asked. A title is not in the
 * script: it has none, unless the test gives one.
 */
import { TITLE_INSTRUCTIONS } from "../../session/title-instructions.ts";
import type { LanguageModel, ModelPart, ModelRequest } from "../../model/language-model.ts";

/** What stands in an array comes together. Thrown parts fail the step; the model waits for a promise among the parts. */
export type Script = (ModelPart | ModelPart[] | Error | Promise<unknown>)[];

export interface ScriptedModel extends LanguageModel {
  readonly requests: ModelRequest[];
  /** The requests for a title. */
  readonly titleRequests: ModelRequest[];
}

export function createScriptedModel(scripts: Script[], { title }: { title?: Script } = {}): ScriptedModel {
  const requests: ModelRequest[] = [];
  const titleRequests: ModelRequest[] = [];
  const remaining = [...scripts];
  return {
    mode: "simulated",
    continuesText: false,
    requests,
    titleRequests,
    async *stream(request) {
      const isTitle = request.messages[0]?.content === TITLE_INSTRUCTIONS;
      (isTitle ? titleRequests : requests).push({ ...request, messages: [...request.messages] });
      const script = isTitle ? title ?? [finishes()] : remaining.shift();
      if (!script) throw new Error("The script has no further step");
      for (const part of script) {
        request.signal.throwIfAborted();
        if (part instanceof Error) throw part;
        if (part instanceof Promise) await raceAbort(part, request.signal);
        else yield Array.isArray(part) ? part : [part];
      }
    },
  };
}

export function says(...deltas: string[]): ModelPart[] {
  return deltas.map((delta) => ({ type: "text-delta", delta }));
}

export function calls(toolCallId: string, toolName: string, input: unknown): ModelPart[] {
  const text = typeof input === "string" ? input : JSON.stringify(input);
  return [
    { type: "tool-call-start", toolCallId, toolName },
    { type: "tool-call-delta", toolCallId, argumentsDelta: text },
    { type: "tool-call-end", toolCallId, toolName, arguments: text },
  ];
}

export function finishes(finishReason: "stop" | "length" | "tool-calls" = "stop"): ModelPart {
  const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };
  return { type: "finish", finishReason, usage, model: "scripted" };
}

function raceAbort(promise: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => aborted.reject(signal.reason), { once: true });
  return Promise.race([promise, aborted.promise]);
}
