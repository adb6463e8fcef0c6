/** What the contract suite needs of a store's surroundings: users, time, the sweep, and a look behind the port. */
import type { EndReason, SessionStatus, SummaryStatus } from "../../protocol/mod.ts";
import type { SessionStore } from "../session-store.ts";
import type { SummaryStore } from "../summary-store.ts";

export interface StoreWorld {
  store: SessionStore;
  summaries: SummaryStore;
  createUser(): Promise<string>;
  /** Everything with a time becomes older by this much. */
  passTime(milliseconds: number): Promise<void>;
  /** The server restarts now; what was committed is kept. */
  restart(): Promise<void>;
  sweep(): Promise<void>;
  /** Somebody watches the session over Realtime: its owner, or a user it is shared with. */
  watch(sessionId: string, role: "owner" | "observer"): Promise<void>;
  /** The owner takes back every share. */
  revokeShares(sessionId: string): Promise<void>;
  inspect(sessionId: string): Promise<SessionFacts>;
}

/** What is stored about a session, by the names of the columns. */
export interface SessionFacts {
  status: SessionStatus;
  endReason: EndReason | null;
  hasEndTime: boolean;
  endingNumber: number;
  summary: string | null;
  summaryStatus: SummaryStatus;
  messageCount: number;
  inputTokens: number;
  /** `kind` of the system events, in order. */
  systemEvents: string[];
  /** `eventType seq-seqTo` of the sequenced events, by seq. */
  log: string[];
  bufferRowCount: number;
  turns: { turnId: string; status: string; attempts: number }[];
  jobs: { endingNumber: number; status: string; attempts: number; lastError: string | null }[];
}
