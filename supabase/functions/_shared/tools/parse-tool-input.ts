/** Turns the argument text of a tool call into an input, a question to the user, or a complaint to the model. */
import type { z } from "zod";
import { toInputSchema } from "./tool-definitions.ts";
import type { Tool } from "./tool.ts";

export type ParsedToolInput =
  | { outcome: "ok"; input: Record<string, unknown> }
  /** `inputSchema` is JSON Schema of the missing parameters only, for a form. */
  | { outcome: "missing"; missing: string[]; question: string; inputSchema: Record<string, unknown> }
  /** `message` is for the model, in words that a client may see. */
  | { outcome: "invalid"; message: string };

/** A wrong value is complained about before a missing one is asked for: the model can repair it without the user. */
export function parseToolInput(tool: Tool, argumentText: string): ParsedToolInput {
  const given = parseObject(argumentText);
  if (!given) return invalid(tool, "they are not one JSON object");

  const schema = toInputSchema(tool.input);
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const missing = required.filter((key) => isEmpty(given[key]));
  const parsed = tool.input.safeParse(given);
  if (parsed.success && missing.length === 0) return { outcome: "ok", input: parsed.data };

  const wrong = (parsed.error?.issues ?? []).filter((issue) => !missing.includes(String(issue.path[0])));
  if (wrong.length > 0) return invalid(tool, wrong.map(describeIssue).join(", "));
  return {
    outcome: "missing",
    missing,
    question: missing.map((key) => tool.questions[key] ?? `What is the ${key.replaceAll("_", " ")}?`).join(
      " ",
    ),
    inputSchema: pickProperties(schema, missing),
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

function invalid(tool: Tool, problem: string): ParsedToolInput {
  return {
    outcome: "invalid",
    message:
      `The arguments of ${tool.name} are not valid: ${problem}. Call it again with corrected arguments.`,
  };
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const name = issue.path.join(".");
  switch (issue.code) {
    case "invalid_type":
      return `${name} must be a ${issue.expected}`;
    case "too_big":
      return `${name} is too long or too large`;
    case "too_small":
      return `${name} is too short or too small`;
    default:
      return `${name} does not have the expected form`;
  }
}

function pickProperties(schema: Record<string, unknown>, keys: string[]): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {}).filter(([key]) => keys.includes(key));
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: keys,
    additionalProperties: false,
  };
}
