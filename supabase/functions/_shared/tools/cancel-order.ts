/** Cancels one of the user's orders, after the user has approved it. */
import { z } from "zod";
import { orderIdSchema } from "./order-id.ts";
import { defineTool } from "./tool.ts";

export const cancelOrder = defineTool({
  name: "cancel_order",
  description: "Cancel one of the signed-in user's orders. The user is asked for approval before it happens.",
  input: z.object({ order_id: orderIdSchema }),
  questions: { order_id: "Which order should be cancelled? Please give its order id, for example ORD-1003." },
  needsApproval: true,
  // The database function commits the key together with the cancellation, so a repeated call changes nothing.
  sideEffects: "keyed",
  timeoutMs: 10_000,
  async execute({ order_id }, { database, callKey, signal }) {
    return await database.call("cancel_order", { p_order_id: order_id, p_call_key: callKey }, signal);
  },
});
