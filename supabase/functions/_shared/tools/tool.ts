/** What a tool is. One file a tool, one line in the registry. */
import type { z } from "zod";

/**
 * What may happen when a worker dies while the tool runs (K12). `none`: it only reads and may run again. `keyed`: it
 * commits `callKey` together with its effect and may run again with the same key. `once`: it never runs again.
 */
export type SideEffects = "none" | "keyed" | "once";

export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  name: string;
  description: string;
  input: Input;
  /** How to ask for a required parameter the model left out, by parameter. */
  questions: Partial<Record<keyof z.infer<Input> & string, string>>;
  needsApproval: boolean;
  sideEffects: SideEffects;
  timeoutMs: number;
  /** Runs as the signed-in user. Throw `ToolError` for what the model may be told; anything else becomes a plain failure. */
  execute(input: z.infer<Input>, context: ToolContext): Promise<unknown>;
}

export interface ToolContext {
  database: UserDatabase;
  /** The same for every run of the same call. */
  callKey: string;
  signal: AbortSignal;
}

/** The database as the signed-in user sees it: every row passes row level security (R9). */
export interface UserDatabase {
  select(query: UserQuery): Promise<Record<string, unknown>[]>;
  call(functionName: string, parameters: Record<string, unknown>, signal?: AbortSignal): Promise<unknown>;
}

export interface UserQuery {
  table: string;
  columns: string;
  equals?: Record<string, string | number | boolean>;
  orderBy?: { column: string; descending: boolean };
  limit?: number;
  signal?: AbortSignal;
}

/** A failure the model may hear about and explain to the user. */
export class ToolError extends Error {
  override readonly name = "ToolError";
}

/** Keeps the input type between schema and `execute`. */
export function defineTool<Input extends z.ZodObject>(tool: Tool<Input>): Tool<Input> {
  return tool;
}
