/** The pure core of the client: what each frame does to what is known. */
import { isUnderWay } from "./is-answer-expected.ts";
import { isFinal } from "./is-final.ts";
import { withAccepted, withArrived, withoutEnd } from "./pending-commands.ts";
import { type ActiveTurn, type Chunk, CLOSE_CODES, type Frame, type FrameOf } from "./protocol.ts";
import { withError, withoutErrorOf, withoutSessionError } from "./session-error.ts";
import { messagesOf, type SessionModel, withFacts } from "./session-model.ts";
import { EMPTY_TRANSCRIPT, rewound, type Transcript, withChunks, withMessage } from "./transcript.ts";
import { withoutSettledAnswers } from "./without-settled-answers.ts";

/** `isGap`: items are missing before this frame, which was not applied; only a resume from the cursor helps. */
export interface Reduction {
  model: SessionModel;
  isGap: boolean;
}

export function reduceSessionState(model: SessionModel, frame: Frame): Reduction {
  switch (frame.type) {
    case "session.ready":
      return applied(onReady(model, frame));
    case "message":
      return onMessage(model, frame);
    case "chunks":
      return onChunks(model, frame);
    case "session.rewound": {
      if (frame.epoch < model.epoch) return applied(model);
      return applied({ ...model, epoch: frame.epoch, transcript: rewound(model.transcript, frame.rewindTo) });
    }
    case "command.accepted": {
      const { id: commandId } = frame;
      const isArrived = model.transcript.entries.some((entry) => entry.draft.message.id === commandId);
      const pending = withAccepted(model.facts.pending, { commandId, isArrived });
      return applied(withoutErrorOf(withFacts(model, { pending }), commandId));
    }
    case "session.updated": {
      const { type: _, ...changes } = frame;
      const reopened = changes.status === "active" ? { ended: null } : {};
      return applied(withFacts(model, { ...changes, ...reopened }));
    }
    case "session.ended": {
      const { reason, endTime, durationSeconds } = frame;
      const ended = { reason, endTime, durationSeconds };
      const pending = withoutEnd(model.facts.pending);
      return applied(withFacts(model, { ended, status: "ended", activeTurn: null, pending }));
    }
    case "error":
      return applied(withError(model, frame.error));
    case "connection.closing": {
      const isEnded = frame.code === CLOSE_CODES.ended.code;
      return applied(isEnded ? withFacts(model, { pending: withoutEnd(model.facts.pending) }) : model);
    }
    case "session.restarting":
    case "pong":
      return applied(model);
  }
}

function applied(model: SessionModel): Reduction {
  return { model: withoutSettledAnswers(released(model)), isGap: false };
}

function onReady(model: SessionModel, frame: FrameOf<"session.ready">): SessionModel {
  const { resume, epoch, seq, mode, activeTurn, title = model.facts.title, status = "active" } = frame;
  const shown = messagesOf(model);
  const ended = status === "active" ? null : model.facts.ended;
  const lastError = withoutSessionError(model.facts.lastError);
  const isRepeated = resume.kind !== "replay" || model.hold !== null;
  return {
    ...withFacts(model, { mode, title, status, ended, activeTurn, lastError }),
    transcript: rewoundBy(model.transcript, frame),
    epoch,
    hold: isRepeated && shown.length > 0 ? { untilSeq: seq, messages: shown } : null,
    liveAfterSeq: seq,
    settledSeq: isUnderWay(activeTurn) ? 0 : seq,
    isWholeReplay: resume.kind === "snapshot" || model.transcript.lastSeq === 0,
  };
}

function rewoundBy(transcript: Transcript, { resume, seq }: FrameOf<"session.ready">): Transcript {
  if (resume.kind === "snapshot") return resume.isEmpty ? { entries: [], lastSeq: seq } : EMPTY_TRANSCRIPT;
  return resume.kind === "rewind" ? rewound(transcript, resume.rewindTo) : transcript;
}

function onMessage(model: SessionModel, frame: FrameOf<"message">): Reduction {
  const { epoch, message } = frame;
  if (epoch < model.epoch) return applied(model);
  if (isGapBefore(model, frame)) return { model, isGap: true };

  const next = { ...model, epoch, transcript: withMessage(model.transcript, frame) };
  if (message.role === "assistant") {
    return applied(withFacts(next, { activeTurn: turnAfterMessage(model, frame) }));
  }
  const pending = withArrived(model.facts.pending, message.id);
  return applied(withoutErrorOf(withFacts(next, { pending }), message.id));
}

function onChunks(model: SessionModel, frame: FrameOf<"chunks">): Reduction {
  const { epoch, seq, turnId, messageId } = frame;
  if (epoch < model.epoch) return applied(model);
  // K18: a newer writer that says an item again has not seen ours.
  const isRetold = epoch > model.epoch && seq <= model.transcript.lastSeq;
  const before = isRetold ? rewound(model.transcript, seq - 1) : model.transcript;
  if (isGapBefore({ ...model, transcript: before }, frame)) return { model, isGap: true };

  const next = { ...model, epoch, transcript: withChunks(before, frame) };
  const isNew = next.transcript !== before && next.transcript.lastSeq > model.liveAfterSeq;
  if (!isNew) return applied(next);
  const fresh = frame.chunks.slice(Math.max(0, before.lastSeq + 1 - seq));
  const activeTurn = fresh.reduce<ActiveTurn | null>(turnAfter, { turnId, messageId, status: "running" });
  const active = model.facts.activeTurn;
  const isInLine = activeTurn === null || activeTurn.status === "queued";
  const goesOnWaiting = activeTurn?.status === "waiting" && isUnderWay(active);
  const isOthers = active !== null && active.messageId !== messageId;
  // What is decided or stopped beside it leaves the answer alone that is being written.
  return applied((isInLine || goesOnWaiting) && isOthers ? next : withFacts(next, { activeTurn }));
}

/** An answer may come whole, nothing of it having been heard before. */
function turnAfterMessage(
  { facts: { activeTurn }, liveAfterSeq }: SessionModel,
  { seq, seqTo = seq, message: { id: messageId, metadata = {} } }: FrameOf<"message">,
): ActiveTurn | null {
  const { status, turnId } = metadata;
  const isIts = activeTurn?.messageId === messageId;
  if (isIts && status !== undefined && isFinal(status)) return null;
  const isWaiting = status === "waiting" && turnId !== undefined && seqTo > liveAfterSeq;
  return isWaiting && (isIts || activeTurn === null) ? { turnId, messageId, status } : activeTurn;
}

function turnAfter(turn: ActiveTurn | null, chunk: Chunk): ActiveTurn | null {
  if (!turn) return null;
  switch (chunk.type) {
    case "tool-approval-request":
      return { ...turn, status: "waiting" };
    case "tool-approval-response":
      return turn.status === "queued" ? turn : { ...turn, status: "running" };
    case "start":
      return { ...turn, status: chunk.messageMetadata?.status === "queued" ? "queued" : "running" };
    case "finish":
      return chunk.messageMetadata?.status === "waiting" ? { ...turn, status: "waiting" } : null;
    case "abort":
    case "error":
      return null;
    default:
      return turn;
  }
}

function isGapBefore(
  model: SessionModel,
  { seq, after = seq - 1 }: { seq: number; after?: number },
): boolean {
  const { lastSeq } = model.transcript;
  const isTolerated = model.isWholeReplay && seq <= model.liveAfterSeq;
  return after > lastSeq && !isTolerated;
}

/** Shows the transcript again once it holds everything the resume promised. */
export function released(model: SessionModel): SessionModel {
  return model.hold && model.transcript.lastSeq >= model.hold.untilSeq ? { ...model, hold: null } : model;
}
