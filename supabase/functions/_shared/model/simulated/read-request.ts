/** Reads the body of a request, or refuses it in the provider's words. */
import type { z } from "zod";
import { toErrorResponse } from "./error-response.ts";

export async function readRequest<Value>(
  request: Request,
  schema: z.ZodType<Value>,
): Promise<Value | Response> {
  const parsed = schema.safeParse(await request.json().catch(() => null));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return toErrorResponse(400, { message: `Invalid request: ${issue?.path.join(".")}: ${issue?.message}` });
}
