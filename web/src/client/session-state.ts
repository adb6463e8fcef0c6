/** What an application sees of a session: one immutable snapshot, replaced at every change. */
import type {
  ActiveTurn,
  DurableCommand,
  EndReason,
  Message,
  Mode,
  SessionStatus,
  SummaryStatus,
  Usage,
  WireError,
} from "./protocol.ts";

export type ConnectionState =
  | { readonly status: "connecting" }
  | { readonly status: "live" }
  /** `retryAtMs` is on the injected clock; `null` while the network is offline. */
  | { readonly status: "reconnecting"; readonly attempt: number; readonly retryAtMs: number | null }
  /** `code` is a WebSocket close code; the client does not come back by itself. */
  | { readonly status: "stopped"; readonly code: number; readonly reason: string };

/** A command the server has not confirmed, or whose effect has not arrived yet. */
export interface PendingCommand {
  readonly command: DurableCommand;
  readonly isAccepted: boolean;
}

/** A tool call that waits for a yes or no. */
export interface OpenApproval {
  readonly approvalId: string;
  readonly messageId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

/** A question for the parameters a tool call lacks. */
export interface OpenQuestion {
  readonly interruptId: string;
  readonly messageId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly missing: readonly string[];
  readonly question: string;
  /** JSON Schema of the tool's whole input. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface SessionEnding {
  readonly reason: EndReason;
  readonly endTime: string;
  readonly durationSeconds: number;
}

/**
 * A refusal or failure the server told; `command` is the one it refused. The client itself tells what it need not ask the
 * server about (a message that is too long), and `cannot_connect` where the environment refuses to open a socket.
 */
export interface SessionError {
  readonly error: WireError;
  readonly command: DurableCommand | null;
}

/** A message that is with the server no more than anywhere else. */
export interface RefusedMessage extends SessionError {
  readonly command: Extract<DurableCommand, { type: "message.create" }>;
}

export interface SessionState {
  readonly sessionId: string;
  readonly connection: ConnectionState;
  /** `null` until the first `session.ready`. */
  readonly mode: Mode | null;
  readonly title: string | null;
  readonly status: SessionStatus | null;
  /** Everything said before this connection is in `messages`. */
  readonly isCaughtUp: boolean;
  /** In log order; an answer being written is among them and grows. A finished message keeps its identity. */
  readonly messages: readonly Message[];
  readonly activeTurn: ActiveTurn | null;
  /** Something was said or decided, and nothing of the answer to it has arrived. */
  readonly isAnswerExpected: boolean;
  readonly pending: readonly PendingCommand[];
  readonly openApprovals: readonly OpenApproval[];
  readonly openQuestion: OpenQuestion | null;
  readonly usage: Usage | null;
  readonly ended: SessionEnding | null;
  readonly summary: string | null;
  readonly summaryStatus: SummaryStatus | null;
  /** The newest error; taken away by the next command. */
  readonly lastError: SessionError | null;
  /** The messages that were refused, the newest last, until each is dismissed. */
  readonly refused: readonly RefusedMessage[];
}
