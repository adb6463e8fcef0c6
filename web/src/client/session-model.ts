/** What the client knows of a session, connection apart: the input and output of the reducer. */
import type { Cursor, DurableCommand, Message } from "./protocol.ts";
import type { SessionState } from "./session-state.ts";
import { shownMessagesOf } from "./shown-messages.ts";
import { EMPTY_TRANSCRIPT, type Transcript } from "./transcript.ts";

type Derived =
  | "connection"
  | "isAnswerExpected"
  | "isCaughtUp"
  | "messages"
  | "openApprovals"
  | "openQuestion";
export type SessionFacts = Omit<SessionState, Derived>;

export interface SessionModel {
  readonly facts: SessionFacts;
  readonly transcript: Transcript;
  /** Of the newest writer heard of; 0 before the first `session.ready`. */
  readonly epoch: number;
  /**
   * While a resume brings back what the screen already shows: the messages to go on showing until the transcript has
   * reached `untilSeq` again, so that a rewind does not flicker.
   */
  readonly hold: { readonly untilSeq: number; readonly messages: readonly Message[] } | null;
  /** What this client has answered, or asked to have answered again; what that led to may not have arrived. */
  readonly answers: readonly DurableCommand[];
  /** The end of the log at the last `session.ready`: what comes after is live. */
  readonly liveAfterSeq: number;
  /** Nothing up to here leads to an answer any more: the server has said since that none was under way. */
  readonly settledSeq: number;
  /** The replay started from nothing, so that it may begin, or have holes, where retention removed items. */
  readonly isWholeReplay: boolean;
}

export function createSessionModel(sessionId: string): SessionModel {
  return {
    facts: {
      sessionId,
      mode: null,
      title: null,
      status: null,
      activeTurn: null,
      pending: [],
      usage: null,
      ended: null,
      summary: null,
      summaryStatus: null,
      lastError: null,
      refused: [],
    },
    transcript: EMPTY_TRANSCRIPT,
    epoch: 0,
    hold: null,
    answers: [],
    liveAfterSeq: 0,
    settledSeq: Infinity,
    isWholeReplay: true,
  };
}

/** Where a resume has to begin; `null` when nothing is held. */
export function cursorOf({ epoch, transcript }: SessionModel): Cursor | null {
  return epoch === 0 || transcript.lastSeq === 0 ? null : { epoch, seq: transcript.lastSeq };
}

export function withFacts(model: SessionModel, changes: Partial<SessionFacts>): SessionModel {
  return { ...model, facts: { ...model.facts, ...changes } };
}

/** The messages to show: what is held, or, while a resume catches up, what was shown before and what was said since. */
export function messagesOf({ hold, transcript }: SessionModel): readonly Message[] {
  const messages = shownMessagesOf(transcript);
  if (!hold) return messages;
  const shown = new Set(hold.messages.map(({ id }) => id));
  return [...hold.messages, ...messages.filter(({ id, role }) => role === "user" && !shown.has(id))];
}

export function isCaughtUp({ epoch, transcript, liveAfterSeq }: SessionModel): boolean {
  return epoch > 0 && transcript.lastSeq >= liveAfterSeq;
}
