/**
 * The database in memory, for tests: the rows that the migrations define, with a clock that the test moves. Several
 * stores on one database are several workers.
 */
import type {
  Chunk,
  DurableCommand,
  EndReason,
  Message,
  SessionStatus,
  SummaryStatus,
} from "../../protocol/mod.ts";
import type { SessionEvent, TurnChange } from "../session-store.ts";
import { DEFAULT_SETTINGS, type MemorySettings } from "./memory-settings.ts";

export interface MemoryClock {
  now(): number;
}

export interface MemoryDatabase {
  readonly clock: MemoryClock;
  readonly settings: MemorySettings;
  readonly sessions: Map<string, MemorySession>;
  /** The sessions for which the summarize function was asked, in order. */
  readonly kicks: string[];
  /** Asks for a worker for a session (K14); a test that has workers says which. */
  wake: (sessionId: string) => void;
  /** When the server last started; K4 counts from here. */
  serverStartedAt: number;
  nextId: number;
}

export interface MemorySession {
  sessionId: string;
  userId: string;
  title: string | null;
  titleSource: "message" | "model" | "user";
  status: SessionStatus;
  startTime: number;
  endTime: number | null;
  durationSeconds: number | null;
  endReason: EndReason | null;
  endingNumber: number;
  endSeq: number;
  summary: string | null;
  summaryStatus: SummaryStatus;
  messageCount: number;
  inputTokens: number;
  outputTokens: number;
  lease: MemoryLease;
  epochs: { epoch: number; startSeq: number }[];
  events: StoredEvent[];
  buffer: BufferRow[];
  attachments: Map<string, { workerId: string; expiresAt: number }>;
  turns: Map<string, MemoryTurn>;
  commands: MemoryCommand[];
  jobs: MemoryJob[];
  watches: MemoryWatches;
}

export interface MemoryLease {
  epoch: number;
  workerId: string | null;
  startSeq: number;
  lastSeq: number;
  lastBatchId: string | null;
  expiresAt: number;
  idleSince: number;
  endRequested: EndReason | null;
  prunedSeq: number;
  /** How often a worker was asked for since one last got something done. */
  wakeCount: number;
  wokenAt: number;
}

/** Who hears the session over Realtime; `generation` is part of the observers' topic. */
export interface MemoryWatches {
  ownerUntil: number;
  observersUntil: number;
  generation: number;
}

export type StoredEvent = SessionEvent & { id: number };

export interface BufferRow {
  seqFrom: number;
  seqTo: number;
  turnId: string;
  chunks: Chunk[];
}

export interface MemoryTurn extends TurnChange {
  attempts: number;
  finishedAt: number | null;
  isTrimmed: boolean;
}

export interface MemoryCommand {
  command: DurableCommand;
  userId: string;
  targetTurnId: string | null;
  submittedAt: number;
  isSettled: boolean;
  seq: number | null;
  refusal: string | null;
}

export interface MemoryJob {
  endingNumber: number;
  endSeq: number;
  status: "pending" | "running" | "done" | "failed";
  attempts: number;
  nextAttemptAt: number;
  notBefore: number;
  claimToken: string | null;
  claimedUntil: number;
  lastError: string | null;
  summary: string | null;
}

export interface MemoryDatabaseOptions {
  clock: MemoryClock;
  settings?: Partial<MemorySettings>;
}

export function createMemoryDatabase({ clock, settings }: MemoryDatabaseOptions): MemoryDatabase {
  return {
    clock,
    settings: { ...DEFAULT_SETTINGS, ...settings },
    sessions: new Map(),
    kicks: [],
    wake: () => {},
    serverStartedAt: -Infinity,
    nextId: 1,
  };
}

/** The message that an event stores, if it stores one. */
export function messageOf(event: SessionEvent): Message | null {
  const message = event.data["message"];
  return message ? message as Message : null;
}
