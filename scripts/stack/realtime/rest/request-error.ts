/** A request that is refused, and what its sender is told. */

export class RequestError extends Error {
  constructor(readonly status: number, readonly body: Record<string, unknown>) {
    super(JSON.stringify(body));
  }
}
