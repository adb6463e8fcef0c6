/** What may befall one call of the Data API on its way. */

/** `refused`: nothing arrives. `cut`: it arrives, and the answer is lost. `hung`: it arrives, and no answer ever comes. */
export type Trouble =
  | { kind: "none" }
  | { kind: "late"; beforeMs: number; afterMs: number }
  | { kind: "refused" }
  | { kind: "cut" }
  | { kind: "hung" };

export const NO_TROUBLE: Trouble = { kind: "none" };
