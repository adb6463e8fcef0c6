/** A failure the user can do something about; its message is all they see. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
