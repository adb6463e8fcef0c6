/** A tool for tests that acts once and only with an approval. */
import { z } from "zod";
import type { Tool } from "../../tools/tool.ts";

export function createOrderTool(changes: Partial<Tool> = {}): Tool {
  return {
    name: "order",
    description: "Orders",
    input: z.looseObject({}),
    questions: {},
    needsApproval: true,
    sideEffects: "once",
    timeoutMs: 10_000,
    execute: () => Promise.resolve("done"),
    ...changes,
  };
}
