/** A part of the page could not be loaded. After a deployment the old parts are gone from the server. */
export class MissingPartError extends Error {
  override readonly name = "MissingPartError";
}
