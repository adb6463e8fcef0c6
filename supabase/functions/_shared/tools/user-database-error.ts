/** The Data API refused or failed; `code` is its own or Postgres's. Never shown to a client. */
export class UserDatabaseError extends Error {
  override readonly name = "UserDatabaseError";
  readonly code: string;

  constructor(attempt: string, cause: { code?: string; message: string }) {
    super(`${attempt}: ${cause.message}`, { cause });
    this.code = cause.code ?? "";
  }
}
