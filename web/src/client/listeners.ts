/** Those who want to be told of something. One that fails keeps nobody else from being told, and stops nothing. */
export class Listeners<Arguments extends unknown[] = []> {
  readonly #listeners = new Set<(...given: Arguments) => void>();

  /** The returned function takes it away. */
  add(listener: (...given: Arguments) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(...given: Arguments): void {
    for (const listener of this.#listeners) {
      try {
        listener(...given);
      } catch (error) {
        report(error);
      }
    }
  }
}

/** Node 22 has no `reportError`. */
function report(error: unknown): void {
  if (typeof globalThis.reportError === "function") globalThis.reportError(error);
  else console.error(error);
}
