/** Answers questions about the user's own sessions from what the database has counted. */
import { z } from "zod";
import { defineTool } from "./tool.ts";

export const fetchInternalData = defineTool({
  name: "fetch_internal_data",
  description:
    "Fetch internal analytics about the signed-in user's own sessions: how many, how long, which tools.",
  input: z.object({
    query: z.string().trim().min(1).max(200).describe("What to look up, e.g. user analytics"),
  }),
  questions: { query: "What should I look up, for example user analytics?" },
  needsApproval: false,
  sideEffects: "none",
  timeoutMs: 10_000,
  async execute({ query }, { database, signal }) {
    return { query, analytics: await database.call("session_analytics", {}, signal) };
  },
});
