/** Reads a model's answer to its end. */
import type { LanguageModel, ModelPart, ModelRequest } from "../language-model.ts";

export interface Collected {
  parts: ModelPart[];
  text: string;
  /** As the model ended them: name and argument text. */
  calls: [toolName: string, argumentText: string][];
}

/** `into` receives the parts as they come, for answers that break off. */
export async function collect(
  model: LanguageModel,
  request: Partial<ModelRequest>,
  into: ModelPart[] = [],
): Promise<Collected> {
  const signal = new AbortController().signal;
  for await (const parts of model.stream({ messages: [], tools: [], signal, ...request })) {
    into.push(...parts);
  }
  return {
    parts: into,
    text: textOf(into),
    calls: into.flatMap((part) => part.type === "tool-call-end" ? [[part.toolName, part.arguments]] : []),
  };
}

export function textOf(parts: ModelPart[]): string {
  return parts.flatMap((part) => part.type === "text-delta" ? [part.delta] : []).join("");
}
