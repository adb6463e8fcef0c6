/** The id of an order as people write it; stored in capitals. */
import { z } from "zod";

export const orderIdSchema = z.string().trim().toUpperCase().min(1).max(64).regex(/^[A-Z0-9-]+$/)
  .describe("The order's id, e.g. ORD-1001");
