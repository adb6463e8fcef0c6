/** What a worker is to a session: at most one of all workers leads it. */
import type { Follower } from "./follower.ts";
import type { Leader } from "./leader.ts";

export type Role =
  | { kind: "leader"; leader: Leader }
  | { kind: "follower"; follower: Follower }
  | { kind: "closed" };

export const CLOSED: Role = { kind: "closed" };
