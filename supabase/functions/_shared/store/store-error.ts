/** A failure of durable storage, in terms a caller can act on. Never shown to a client as it is (R12). */

/**
 * `storage_unavailable`: the database did not answer, or not in time; the call may have been applied.
 * `storage_refused`: it answered, and a repeat will be answered the same.
 */
export type StoreErrorCode = "storage_unavailable" | "storage_refused" | "session_not_found" | "forbidden";

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  get retryable(): boolean {
    return this.code === "storage_unavailable";
  }
}
