/** Why a turn is stopped from outside; the `reason` of its abort signal. */
export class TurnStop extends Error {
  override readonly name = "TurnStop";

  /**
   * `cancelled`: somebody asked. `timeout`: it took too long. `abandoned`: this worker may not write any more, or hands
   * over, so that nothing may be said about the turn here.
   */
  constructor(readonly kind: "cancelled" | "timeout" | "abandoned") {
    super(`The turn was stopped: ${kind}`);
  }
}
