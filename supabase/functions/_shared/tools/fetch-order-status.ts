/** Tells where one of the user's orders is. */
import { z } from "zod";
import { orderIdSchema } from "./order-id.ts";
import { defineTool, ToolError } from "./tool.ts";

export const fetchOrderStatus = defineTool({
  name: "fetch_order_status",
  description:
    "Fetch the status and the expected delivery of one of the signed-in user's orders, such as ORD-1001.",
  input: z.object({ order_id: orderIdSchema }),
  questions: { order_id: "Which order do you mean? Please give its order id, for example ORD-1001." },
  needsApproval: false,
  sideEffects: "none",
  timeoutMs: 10_000,
  async execute({ order_id }, { database, signal }) {
    const [order] = await database.select({
      table: "orders",
      columns: "order_id, item, status, eta_days",
      equals: { order_id },
      limit: 1,
      signal,
    });
    if (!order) throw new ToolError(`There is no order with the id ${order_id} among yours.`);
    return order;
  },
});
