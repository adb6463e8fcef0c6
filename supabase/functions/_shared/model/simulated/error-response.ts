/** A failure in the provider's wire format. */
export function toErrorResponse(
  status: number,
  { type = "invalid_request_error", code = null, message }: {
    type?: string;
    code?: string | null;
    message: string;
  },
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error: { message, type, param: null, code } }, { status, headers });
}
