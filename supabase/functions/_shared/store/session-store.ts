/** The port to durable state: sessions, their log, leases and commands. Two implementations, one contract suite. */
import type { ModelCheckpoint } from "../model/language-model.ts";
import type {
  ActiveTurn,
  Chunk,
  Cursor,
  DurableCommand,
  EndReason,
  Message,
  Resume,
  SessionStatus,
  TurnStatus,
  Usage,
} from "../protocol/mod.ts";

export interface SessionStore {
  /**
   * Attaches a connection: creates the session for the user when the id is unused, reopens it when it had ended, and
   * takes the lease when it is free, expired or already this worker's.
   */
  openSession(request: OpenSession): Promise<OpenedSession>;

  /**
   * Takes the lease over when it is free or expired; a follower calls this when its leader went silent, and a leader
   * whose writer stopped.
   */
  claimSession(request: ClaimSession): Promise<ClaimedSession>;

  /** Removes a connection's attachment and records that it left. The last clean close (1000) asks the leader to end the session. */
  detachConnection(request: DetachConnection): Promise<{ attachedCount: number }>;

  /** Records a command once per (session, id), before it has any effect (K10). */
  submitCommand(request: SubmitCommand): Promise<SubmittedCommand>;

  /**
   * Commits what the sessions of one worker have written, each fenced by its epoch, and renews their leases and
   * attachments. Answers per session and never fails one session for another's sake (K6).
   */
  append(request: { workerId: string; batches: AppendBatch[] }): Promise<AppendOutcome[]>;

  /** Reads the log after a place in it, as one snapshot, bounded in bytes (K8). */
  readLog(request: ReadLog): Promise<LogPage>;
}

export interface OpenSession {
  sessionId: string;
  userId: string;
  workerId: string;
  connectionId: string;
}

export type OpenedSession =
  /** The session belongs to somebody else. */
  | { outcome: "forbidden" }
  | {
    outcome: "opened";
    created: boolean;
    reopened: boolean;
    title: string | null;
    status: SessionStatus;
    lease: LeaseState;
  };

/**
 * `lostEpoch` is that of a leader that got a `gap`: while its worker still leads under it, a new epoch begins, so that
 * what was spoken and not saved is rewound (R3, K3).
 */
export interface ClaimSession {
  sessionId: string;
  workerId: string;
  lostEpoch?: number;
}

/** `userId` is the owner: a worker that is woken has no socket to know the owner from. */
export type ClaimedSession = { lease: LeaseState; userId: string };

/**
 * `startSeq` is the first seq of the epoch, `expiresInMs` the remaining time of another worker's lease by the database's
 * clock.
 */
export type LeaseState =
  | { role: "leader"; epoch: number; startSeq: number; lastSeq: number; leaseMs: number }
  | { role: "follower"; epoch: number; lastSeq: number; expiresInMs: number };

export interface DetachConnection {
  sessionId: string;
  workerId: string;
  connectionId: string;
  closeCode: number;
}

export interface SubmitCommand {
  sessionId: string;
  userId: string;
  command: DurableCommand;
}

/**
 * `duplicate` tells that the id was known. `seq` is that of the item the command led to, once there is one.
 * `settled` tells that its effect is committed, so that nobody needs to apply it.
 */
export interface SubmittedCommand {
  duplicate: boolean;
  settled: boolean;
  seq: number | null;
  /** The refusal recorded when the command was applied, to be repeated to a client that asks again. */
  refusal: string | null;
  /**
   * The turn a `turn.cancel` is aimed at, fixed when it was first submitted (K11): the one it names, or else the one that
   * is being written, or else the newest that waits for its user.
   */
  targetTurnId: string | null;
}

/** A command that waits in the inbox of a session. */
export interface InboxCommand {
  command: DurableCommand;
  userId: string;
  targetTurnId: string | null;
}

export type EventType =
  | "user_message"
  | "assistant_message"
  | "tool_call"
  | "tool_result"
  | "interaction"
  | "system";

/**
 * A row of `session_events`. A message covers the log from `seq` to `seqTo`; a tool call, result or interaction stands at
 * the seq of its chunk; system events outside a turn have none.
 */
export interface SessionEvent {
  seq: number | null;
  seqTo?: number;
  eventType: EventType;
  role: "user" | "assistant" | "tool" | "system";
  /** What a person reads in the dashboard. */
  content: string;
  /** For messages `{ message: Message, turnId }`; otherwise the facts of the event, `kind` first. */
  data: Record<string, unknown>;
}

/** Consecutive chunks of one answer; the i-th has seq `seqFrom + i`. */
export interface ChunkRun {
  seqFrom: number;
  turnId: string;
  messageId: string;
  chunks: Chunk[];
}

export interface TurnChange {
  turnId: string;
  messageId: string;
  status: TurnStatus;
  /** Seq of the user message that asked. */
  userSeq: number;
  /** How many leaders have worked on it since it last got further, planned handovers aside; told by the store. */
  attempts?: number;
  /** Where its chunks in the log end in the provider's stored answer; a change without one clears it. */
  checkpoint?: ModelCheckpoint;
}

/** A command whose effect is in this batch. `refusal` is the error code when it was refused. */
export interface CommandAck {
  commandId: string;
  seq: number | null;
  refusal?: string;
}

export interface AppendBatch {
  sessionId: string;
  epoch: number;
  /** Makes a repeated batch harmless: the same id under the same epoch answers `ok` and changes nothing. */
  batchId: string;
  /** `last_seq + 1` before this batch; anything else is a `gap`. */
  seqFrom: number;
  /** `last_seq` after this batch. Equals `seqFrom - 1` when the batch carries nothing sequenced. */
  lastSeq: number;
  events: SessionEvent[];
  chunkRuns: ChunkRun[];
  turns: TurnChange[];
  acks: CommandAck[];
  /** Added to the session's counters. */
  usage?: Usage;
  /** What the session is called from now on, unless its owner has named it; the model's word beats the first message's. */
  title?: { text: string; source: "message" | "model" };
  /** Ends the session in the same transaction; with `onlyIfUnattached`, only when no connection is attached anywhere. */
  end?: { reason: EndReason; onlyIfUnattached: boolean };
  /** Gives the lease back, so that another worker can take it at once. */
  release?: boolean;
}

export type AppendOutcome =
  & { sessionId: string }
  & (
    | {
      outcome: "ok";
      lastSeq: number;
      /** Commands submitted and not yet acknowledged, in order of submission. */
      inbox: InboxCommand[];
      /** The sweep, or a clean close on another worker, asks the leader to end the session once nothing runs. */
      endRequested?: EndReason;
      ended?: Ending;
      /** The Realtime topics on which somebody watches the session now; absent when nobody does. */
      topics?: string[];
    }
    /** Another worker leads now. `rewindTo` is the last seq of this epoch that stays. */
    | { outcome: "fenced"; epoch: number; rewindTo: number }
    | { outcome: "gap"; lastSeq: number }
    /** The row was locked; try again. */
    | { outcome: "busy" }
  );

export interface ReadLog {
  sessionId: string;
  /** Where the client is, to be judged against the epochs (K3); absent for a plain read. */
  cursor?: Cursor;
  /** Read items after this seq; ignored when `cursor` is given and leads elsewhere. */
  afterSeq?: number;
  maxBytes?: number;
}

export type LogItem =
  | { kind: "message"; seq: number; seqTo: number; message: Message }
  | { kind: "chunks"; seq: number; turnId: string; messageId: string; chunks: Chunk[] };

/**
 * Messages, and the chunks of answers that have no finished message yet, in order of their last seq: wherever a reader
 * stops, it may go on after the last seq it got (R3). `nextSeq` is where the next page starts (`afterSeq` of the next call), `null` when this page reaches `lastSeq`.
 */
export interface LogPage {
  epoch: number;
  lastSeq: number;
  resume: Resume;
  items: LogItem[];
  nextSeq: number | null;
  /** Of several running turns the one that is being written; the others stand in line after a decision. */
  activeTurn: ActiveTurn | null;
  /** Every turn without a final status (`queued`, `running`, `waiting`), in order of `userSeq`. */
  openTurns: TurnChange[];
  status: SessionStatus;
  title: string | null;
  /** How the session ended, while it is ended. */
  ending: Ending | null;
}

/** `endTime` in ISO 8601. */
export interface Ending {
  reason: EndReason;
  endTime: string;
  durationSeconds: number;
}
