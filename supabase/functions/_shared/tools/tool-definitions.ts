/** What the model is told about the tools. */
import { z } from "zod";
import type { ToolDefinition } from "../model/language-model.ts";
import type { Tool } from "./tool.ts";

export function toToolDefinitions(tools: readonly Tool[]): ToolDefinition[] {
  return tools.map(({ name, description, input }) => ({
    name,
    description,
    inputSchema: toInputSchema(input),
  }));
}

/** JSON Schema of what a model may write; a key with a default is not required. */
export function toInputSchema(input: z.ZodObject): Record<string, unknown> {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: "input" });
  return { ...schema, additionalProperties: false };
}
