/** The store says so where another attempt cannot help, as for a session that has been deleted. */
export function isFinalFailure(error: unknown): boolean {
  return error instanceof Error && "retryable" in error && error.retryable === false;
}
