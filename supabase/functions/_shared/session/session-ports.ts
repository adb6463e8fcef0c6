/** What a session needs from the world. */
import type { LanguageModel } from "../model/language-model.ts";
import type { SessionStore } from "../store/session-store.ts";
import type { Tool, UserDatabase } from "../tools/tool.ts";
import type { AppendLane } from "./append-lane.ts";
import type { BroadcastLane } from "./broadcast-lane.ts";
import type { Clock } from "../base/clock.ts";

export interface SessionPorts {
  store: SessionStore;
  lane: AppendLane;
  broadcastLane: BroadcastLane;
  model: LanguageModel;
  tools: readonly Tool[];
  clock: Clock;
  workerId: string;
  createId(): string;
  /** Opens the database as the owner of the token that `accessToken` gives at each call. */
  openUserDatabase(accessToken: () => string): UserDatabase;
}
