/** Tells the balance of one of the user's accounts. */
import { z } from "zod";
import { defineTool, ToolError } from "./tool.ts";

export const fetchAccountBalance = defineTool({
  name: "fetch_account_balance",
  description: "Fetch the balance of one of the signed-in user's accounts by its user id, such as user-1.",
  input: z.object({
    user_id: z.string().trim().min(1).max(64).regex(/^[\w.-]+$/).describe(
      "The account's user id, e.g. user-1",
    ),
  }),
  questions: { user_id: "Which user id should I look up, for example user-1?" },
  needsApproval: false,
  sideEffects: "none",
  timeoutMs: 10_000,
  async execute({ user_id }, { database, signal }) {
    const [account] = await database.select({
      table: "accounts",
      columns: "user_id, currency, balance",
      equals: { user_id },
      limit: 1,
      signal,
    });
    if (!account) throw new ToolError(`There is no account with the user id ${user_id} among yours.`);
    return account;
  },
});
