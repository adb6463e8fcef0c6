/** One line of JSON for the function's log. Never message text, never a token; and never once a token (R13). */
export function logError(event: string, facts: Record<string, unknown>): void {
  const { error, ...rest } = facts;
  console.error(
    JSON.stringify({
      event,
      ...rest,
      ...(error === undefined ? {} : { error: (error instanceof Error ? error.stack : String(error)) }),
    }),
  );
}
