/** The id of an order as people write it; stored in capitals. */
import { z } from "zod";

export const orderIdSchema = z.string().trim().min(1).max(64).regex(/^[A-Za-z0-9-]+$/).toUpperCase()
  .describe("The order's id, e.g. ORD-1001");
