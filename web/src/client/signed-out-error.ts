/** Nobody is signed in: what a `getAccessToken` rejects with when it is of no use to ask it again. */
export class SignedOutError extends Error {
  override readonly name = "SignedOutError";

  constructor(options: ErrorOptions = {}) {
    super("Cannot act for the user: nobody is signed in", options);
  }
}
