/** Merges what comes by channel with what is read from the log, by epoch and seq, so that the log is what results (K18). */
import type { ChannelMessageOf, SessionPage } from "../protocol.ts";
import { unpackChunks } from "../protocol.ts";
import { isUnderWay } from "../is-answer-expected.ts";
import { withArrived } from "../pending-commands.ts";
import { reduceSessionState, released } from "../reduce-session-state.ts";
import { cursorOf, type SessionModel } from "../session-model.ts";
import { rewound, type Transcript, withChunks, withMessage } from "../transcript.ts";

/** More than this is forgotten, except that there is something to read. */
const HELD_LIMIT = 500;

/** Somebody said that the log goes this far. */
export interface Mark {
  readonly type: "mark";
  readonly epoch: number;
  readonly seqTo: number;
}

export type Heard = ChannelMessageOf<"chunks" | "message" | "session.rewound"> | Mark;

export interface MergedLog {
  readonly model: SessionModel;
  /** What was heard and does not fit on what the model holds: items before it are missing, or nothing is read yet. */
  readonly held: readonly Heard[];
}

/** Adds what was heard where it fits, and holds it where it does not. */
export function withHeard(log: MergedLog, heard: readonly Heard[]): MergedLog {
  const all = [...log.held, ...heard];
  return settled({ model: log.model, held: all.length > HELD_LIMIT ? [toMark(all)] : all });
}

/** Something is missing, and no more waiting brings it: the log has to be read. */
export function isBehind({ held }: MergedLog): boolean {
  return held.length > 0;
}

/**
 * Adds a page read after the cursor, or after the page before it. Nothing may be added between the request and the page,
 * which would be older (R4).
 */
export function withPage(log: MergedLog, page: SessionPage, { isFirst }: { isFirst: boolean }): MergedLog {
  const { model } = log;
  if (page.epoch < model.epoch) return log;
  const opened = isFirst ? opening(model, page) : model;
  if (isFirst && isCutTooFar(opened, page)) return { ...log, model: opened };

  const transcript = reached(
    page.items.reduce((items, item) => withItem(items, item, page), opened.transcript),
    page,
  );
  const messages = page.items.flatMap((item) => item.kind === "message" ? [item.message] : []);
  const pending = messages.reduce((left, { id }) => withArrived(left, id), opened.facts.pending);
  const { epoch, activeTurn, title, status, ending: ended } = page;
  const facts = { ...opened.facts, pending, activeTurn, title, status, ended };
  const liveAfterSeq = page.lastSeq;
  const settledSeq = isUnderWay(activeTurn) ? 0 : liveAfterSeq;
  return { ...log, model: released({ ...opened, facts, transcript, epoch, liveAfterSeq, settledSeq }) };
}

/** A rewind into a message whose pieces are unknown takes more back than the page brings: read again from the cursor. */
export function isCutTooFar({ transcript }: SessionModel, { resume }: SessionPage): boolean {
  return resume.kind === "rewind" && transcript.lastSeq < resume.rewindTo;
}

/** The last page holds everything up to the end of the log. */
function reached(transcript: Transcript, { nextSeq, lastSeq }: SessionPage): Transcript {
  return nextSeq === null && lastSeq > transcript.lastSeq ? { ...transcript, lastSeq } : transcript;
}

function opening(model: SessionModel, { epoch, lastSeq: seq, resume, ...page }: SessionPage): SessionModel {
  const { sessionId, mode } = model.facts;
  const frame = {
    type: "session.ready" as const,
    sessionId,
    epoch,
    seq,
    mode: mode ?? "simulated",
    resume: cursorOf(model) ? resume : { kind: "snapshot" as const },
    activeTurn: page.activeTurn,
    title: page.title,
    status: page.status,
  };
  const opened = reduceSessionState(model, frame).model;
  return { ...opened, facts: { ...opened.facts, mode } };
}

function withItem(
  transcript: Transcript,
  item: SessionPage["items"][number],
  { epoch, lastSeq: durableSeq }: SessionPage,
): Transcript {
  if (item.kind === "message") {
    const { seq, seqTo, message } = item;
    return withMessage(transcript, { type: "message", epoch, seq, seqTo, message });
  }
  const { skip = 0, turnId, messageId } = item;
  const chunks = unpackChunks(item.chunks).slice(skip);
  const seq = item.seq + skip;
  return withChunks(transcript, { type: "chunks", epoch, seq, durableSeq, turnId, messageId, chunks });
}

function settled(log: MergedLog): MergedLog {
  let { model, held } = log;
  for (let isNew = true; isNew;) {
    isNew = false;
    const left: Heard[] = [];
    for (const heard of held.toSorted(byPlace)) {
      const offered = offer(model, heard);
      if (offered.isHeld) left.push(heard);
      isNew ||= offered.model !== model;
      model = offered.model;
    }
    held = left;
  }
  return { model, held };
}

/** `isHeld`: it has to wait for items before it. */
function offer(before: SessionModel, heard: Heard): { model: SessionModel; isHeld: boolean } {
  if (heard.epoch < before.epoch) return { model: before, isHeld: false };
  const model = promoted(before, heard);
  const isHeld = heard.epoch !== model.epoch || isGapBefore(model.transcript, heard);
  if (isHeld || heard.type === "mark" || heard.type === "session.rewound") return { model, isHeld };
  if (heard.type === "chunks") return { model: reduceSessionState(model, heard).model, isHeld };
  const { message } = heard;
  return { model: message ? reduceSessionState(model, { ...heard, message }).model : model, isHeld };
}

/**
 * Lets the next writer begin: what older ones said from its start on is void. Only the next: where one lies between,
 * nobody here knows what that one made void.
 */
function promoted(model: SessionModel, heard: Heard): SessionModel {
  if (heard.type === "mark" || model.epoch === 0 || heard.epoch !== model.epoch + 1) return model;
  const { epoch, epochStart } = heard;
  return { ...model, epoch, transcript: rewound(model.transcript, epochStart - 1) };
}

function isGapBefore({ lastSeq }: Transcript, heard: Heard): boolean {
  switch (heard.type) {
    case "session.rewound":
      return false;
    case "mark":
      return heard.seqTo > lastSeq;
    case "chunks":
      return heard.seq > lastSeq + 1;
    case "message": {
      const { seq, seqTo = seq, message } = heard;
      // A long answer may have other messages within its range, which only the log tells.
      const isNext = message !== null && seq === lastSeq + 1 && seqTo === seq;
      return seqTo > lastSeq && !isNext;
    }
  }
}

function byPlace(left: Heard, right: Heard): number {
  return left.epoch - right.epoch || startOf(left) - startOf(right);
}

function startOf(heard: Heard): number {
  if (heard.type === "session.rewound") return 0;
  return heard.type === "mark" ? Infinity : heard.seq;
}

function endOf(heard: Heard): number {
  switch (heard.type) {
    case "session.rewound":
      return heard.rewindTo;
    case "mark":
      return heard.seqTo;
    case "chunks":
      return heard.seq + heard.chunks.length - 1;
    case "message":
      return heard.seqTo ?? heard.seq;
  }
}

function toMark(heard: readonly Heard[]): Mark {
  const epoch = Math.max(...heard.map((each) => each.epoch));
  // An older writer may have got further than the log ever will.
  const seqTo = Math.max(...heard.filter((each) => each.epoch === epoch).map(endOf));
  return { type: "mark", epoch, seqTo };
}
