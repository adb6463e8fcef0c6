/** Every tool the model is offered, one line each. */
import { cancelOrder } from "./cancel-order.ts";
import { fetchAccountBalance } from "./fetch-account-balance.ts";
import { fetchInternalData } from "./fetch-internal-data.ts";
import { fetchOrderStatus } from "./fetch-order-status.ts";
import type { Tool } from "./tool.ts";

export const TOOLS: readonly Tool[] = [
  fetchAccountBalance,
  fetchOrderStatus,
  fetchInternalData,
  cancelOrder,
];
