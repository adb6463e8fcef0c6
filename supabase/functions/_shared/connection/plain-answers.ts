/**
 * What a connection of the plain profile hears of a session: one answer after the other, each with its start and its done.
 * It knows no place in the log, so that whatever concerns another answer than the one being told is not for it.
 */
import {
  applyChunk,
  type Chunk,
  type Draft,
  type Frame,
  type FrameOf,
  isToolPart,
  type Message,
  type PlainFrame,
  type PlainState,
  toDraft,
  toPlainFrames,
  toPlainText,
} from "../protocol/mod.ts";

const ENDS: ReadonlySet<Chunk["type"]> = new Set(["finish", "abort", "error"]);
const START: PlainFrame = { type: "start", role: "assistant" };
const RESTARTED = "\n\n[The answer was interrupted and starts again.]\n\n";

export class PlainAnswers {
  /** Between a start and its done. */
  #state: PlainState = null;
  /** The answer that is being told, or was told last, as far as it was heard here: its beginning may be missing. */
  #heard: Draft | null = null;
  /** The last chunk of it. */
  #heardSeq = 0;
  /** Words of it were taken back that had been told. */
  #isTakenBack = false;
  /** What the session held when this connection came: nothing of it is told. */
  #joinedSeq = 0;
  /** By id, the newest last. */
  readonly #openApprovals = new Set<string>();

  /** The approval that was asked for last, of those that are open. */
  get openApprovalId(): string | null {
    return [...this.#openApprovals].at(-1) ?? null;
  }

  tell(frame: Frame): PlainFrame[] {
    switch (frame.type) {
      case "session.ready":
        this.#joinedSeq = frame.seq;
        return [];
      case "chunks":
        for (const chunk of frame.chunks) this.#noteApproval(chunk);
        return this.#tellChunks(frame);
      case "message": {
        const { message, seq } = frame;
        const isTold = this.#state !== null && this.#hasHeard(message.id);
        if (message.role !== "assistant" || (seq <= this.#joinedSeq && !isTold)) return [];
        this.#noteApprovals(message);
        return this.#tellWhole(message);
      }
      case "session.rewound":
        if (this.#state === null || this.#heardSeq <= frame.rewindTo) return [];
        this.#isTakenBack = true;
        return this.#close();
      default:
        return [];
    }
  }

  #tellChunks({ messageId, seq, chunks }: FrameOf<"chunks">): PlainFrame[] {
    const frames: PlainFrame[] = [];
    if (this.#state !== null && !this.#hasHeard(messageId)) {
      // Decided or stopped in line. Only one answer is written at a time: where another one begins, this one is over.
      if (!begins(chunks)) return [];
      frames.push(...this.#close());
    }
    frames.push(...this.#turnTo(messageId));
    for (const chunk of chunks) {
      if (isQueued(chunk)) continue;
      this.#heard = applyChunk(this.#heard ?? emptyDraft(messageId), chunk);
      const said = toPlainFrames(this.#state, chunk);
      this.#state = said.state;
      frames.push(...said.frames);
    }
    this.#heardSeq = seq + chunks.length - 1;
    return frames;
  }

  /** Words that are out cannot be taken back (K7): their answer has its done, and goes on as another one. */
  #turnTo(messageId: string): PlainFrame[] {
    const isGoingOn = this.#isTakenBack && this.#hasHeard(messageId);
    if (isGoingOn || !this.#hasHeard(messageId)) this.#heard = emptyDraft(messageId);
    this.#isTakenBack = false;
    if (!isGoingOn) return [];
    this.#state = { text: "" };
    return [START];
  }

  /** An answer that another worker has written comes whole at its end. */
  #tellWhole(message: Message): PlainFrame[] {
    const isHeard = this.#hasHeard(message.id);
    if (this.#state !== null && !isHeard) return [];
    const rest = restOf(message, isHeard && this.#heard ? toPlainText(this.#heard.message) : "");
    const state = this.#state;
    this.#state = null;
    this.#heard = toDraft(message);
    this.#isTakenBack = false;
    if (state !== null) {
      const token = rest ?? RESTARTED + toPlainText(message);
      return [...toToken(token), { type: "done", text: state.text + token }];
    }
    if (isHeard && rest === "") return [];
    const text = rest?.trimStart() ?? toPlainText(message);
    return [START, ...toToken(text), { type: "done", text }];
  }

  #hasHeard(messageId: string): boolean {
    return this.#heard?.message.id === messageId;
  }

  #close(): PlainFrame[] {
    if (this.#state === null) return [];
    const { text } = this.#state;
    this.#state = null;
    return [{ type: "done", text }];
  }

  #noteApproval(chunk: Chunk): void {
    if (chunk.type === "tool-approval-request") this.#openApprovals.add(chunk.approvalId);
    if (chunk.type === "tool-approval-response") this.#openApprovals.delete(chunk.approvalId);
  }

  #noteApprovals({ parts }: Message): void {
    for (const { approval, state } of parts.filter(isToolPart)) {
      if (approval && state === "approval-requested") this.#openApprovals.add(approval.id);
      else if (approval) this.#openApprovals.delete(approval.id);
    }
  }
}

function emptyDraft(id: string): Draft {
  return toDraft({ id, role: "assistant", parts: [] });
}

/** What the message says beyond `heard`, which begins with one of its parts; `null` where it says something else. */
function restOf(message: Message, heard: string): string | null {
  for (let from = 0; from === 0 || from < message.parts.length; from++) {
    const text = toPlainText({ ...message, parts: message.parts.slice(from) });
    if (text.startsWith(heard)) return text.slice(heard.length);
  }
  return null;
}

function begins(chunks: readonly Chunk[]): boolean {
  return chunks.some((chunk) => chunk.type === "start" && !isQueued(chunk)) &&
    !chunks.some(({ type }) => ENDS.has(type));
}

/** It starts again when its turn comes. */
function isQueued(chunk: Chunk): boolean {
  return chunk.type === "start" && chunk.messageMetadata?.status === "queued";
}

function toToken(token: string): PlainFrame[] {
  return token === "" ? [] : [{ type: "token", token }];
}
