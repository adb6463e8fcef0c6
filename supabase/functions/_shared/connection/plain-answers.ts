/**
 * What a connection of the plain profile hears of a session: one answer after the other, each with its start and its done.
 * It knows no place in the log, so that whatever concerns another answer than the one being told is not for it.
 */
import {
  type Chunk,
  type Frame,
  type FrameOf,
  isToolPart,
  type Message,
  type PlainFrame,
  type PlainState,
  toPlainFrames,
  toPlainText,
} from "../protocol/mod.ts";

interface ToldAnswer {
  messageId: string;
  text: string;
}

const ENDS: ReadonlySet<Chunk["type"]> = new Set(["finish", "abort", "error"]);
const RESTARTED = "\n\n[The answer was interrupted and starts again.]\n\n";

export class PlainAnswers {
  #state: PlainState = null;
  /** Of the answer that is being told, or was told last. */
  #messageId = "";
  /** The last chunk of it. */
  #toldSeq = 0;
  /** What was told of the last answer, up to its latest done. */
  #last: ToldAnswer | null = null;
  /** What the session held when this connection came: nothing of it is told. */
  #joinedSeq = 0;
  /** By id: the answers that asked. */
  readonly #approvals = new Map<string, string>();

  /** The approval that was asked for last, of those that are open. */
  get openApprovalId(): string | null {
    return [...this.#approvals.keys()].at(-1) ?? null;
  }

  tell(frame: Frame): PlainFrame[] {
    switch (frame.type) {
      case "session.ready":
        this.#joinedSeq = frame.seq;
        return [];
      case "chunks":
        for (const chunk of frame.chunks) this.#noteApproval(chunk, frame.messageId);
        return this.#tellChunks(frame);
      case "message":
        if (frame.message.role !== "assistant" || frame.seq <= this.#joinedSeq) return [];
        this.#noteApprovals(frame.message);
        return this.#tellWhole(frame.message);
      case "session.rewound":
        // Words that are out cannot be taken back: the rest comes with the whole answer, at its end (K7).
        return this.#toldSeq > frame.rewindTo ? this.#close() : [];
      default:
        return [];
    }
  }

  #tellChunks({ messageId, seq, chunks }: FrameOf<"chunks">): PlainFrame[] {
    const frames: PlainFrame[] = [];
    if (this.#state !== null && messageId !== this.#messageId) {
      // Decided or stopped in line. Only one answer is written at a time: where another one begins, this one is over.
      if (!begins(chunks)) return [];
      frames.push(...this.#close());
    }
    for (const chunk of chunks) {
      if (isQueued(chunk)) continue;
      const said = toPlainFrames(this.#state, chunk);
      this.#state = said.state;
      frames.push(...said.frames);
      for (const frame of said.frames) {
        if (frame.type === "done") this.#remember({ messageId, text: frame.text });
      }
    }
    this.#messageId = messageId;
    this.#toldSeq = seq + chunks.length - 1;
    return frames;
  }

  /** An answer that another worker has written comes whole at its end. */
  #tellWhole(message: Message): PlainFrame[] {
    const text = toPlainText(message);
    if (this.#state !== null) {
      if (this.#messageId !== message.id) return [];
      const told = this.#state.text;
      const rest = text.startsWith(told) ? text.slice(told.length) : RESTARTED + text;
      this.#state = null;
      this.#last = { messageId: message.id, text };
      return [...toToken(rest), { type: "done", text: told + rest }];
    }
    const before = this.#last?.messageId === message.id ? this.#last.text : "";
    const rest = text.startsWith(before) ? text.slice(before.length).trimStart() : text;
    this.#last = { messageId: message.id, text };
    if (before !== "" && rest === "") return [];
    return [{ type: "start", role: "assistant" }, ...toToken(rest), { type: "done", text: rest }];
  }

  #close(): PlainFrame[] {
    if (this.#state === null) return [];
    const { text } = this.#state;
    this.#remember({ messageId: this.#messageId, text });
    this.#state = null;
    return [{ type: "done", text }];
  }

  /** An answer that was asked something comes in several parts. */
  #remember({ messageId, text }: ToldAnswer): void {
    const before = this.#last?.messageId === messageId ? this.#last.text : "";
    this.#last = { messageId, text: before === "" || text === "" ? before + text : `${before}\n\n${text}` };
  }

  #noteApproval(chunk: Chunk, messageId: string): void {
    if (chunk.type === "tool-approval-request") this.#approvals.set(chunk.approvalId, messageId);
    if (chunk.type === "tool-approval-response") this.#approvals.delete(chunk.approvalId);
  }

  #noteApprovals({ id, parts }: Message): void {
    for (const { approval, state } of parts.filter(isToolPart)) {
      if (approval && state === "approval-requested") this.#approvals.set(approval.id, id);
      else if (approval) this.#approvals.delete(approval.id);
    }
  }
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
