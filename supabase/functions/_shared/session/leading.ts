/** What leading a session means to its commands and turns; the leader is the one that keeps it together. */
import type { ErrorCode, Frame } from "../protocol/mod.ts";
import type { LogWriter } from "./log-writer.ts";
import type { SessionPorts } from "./session-ports.ts";
import type { Transcript } from "./transcript.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { WaitingTurns } from "./waiting-turns.ts";

export interface LeadingPorts extends SessionPorts {
  /** The newest unexpired token of the owner, for tools; `null` when no socket has brought one (K14). */
  accessToken(): string | null;
  /** Tells all listeners something that has no place in the stream. */
  send(frame: Frame): void;
}

export interface Leading {
  readonly ports: LeadingPorts;
  readonly writer: LogWriter;
  readonly queue: TurnQueue;
  readonly transcript: Transcript;
  title: string | null;
  /** Nothing new is accepted any more. */
  isEnding: boolean;
  readonly waiting: WaitingTurns;
  /** Records that a command had no effect, and why. */
  refuse(commandId: string, refusal: ErrorCode): Promise<Applied>;
}

/** What applying a command led to. `seq` is that of the item it wrote. */
export interface Applied {
  seq: number | null;
  refusal: ErrorCode | null;
}
