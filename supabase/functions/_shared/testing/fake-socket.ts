/** The server's end of a WebSocket, as a test sees it: what was sent, how it was closed. */
import type { Connection } from "../connection/connection.ts";
import type { Socket } from "../connection/socket.ts";
import {
  type Chunk,
  type CommandInput,
  type Frame,
  type FrameOf,
  type OnBusy,
  parseFrame,
  type PlainFrame,
} from "../protocol/mod.ts";

export class FakeSocket implements Socket {
  readonly texts: string[] = [];
  readonly #createId: () => string;
  #connection: Connection | null = null;
  closed: { code: number; reason: string } | null = null;
  /** False plays a frozen peer: the close event never comes. */
  answersClose = true;
  /** Set by a test to play a reader that is behind. */
  bufferedAmount = 0;
  /** False plays a peer that reads only when told so by `read`. */
  readsAtOnce = true;

  constructor({ createId }: { createId(): string }) {
    this.#createId = createId;
  }

  get isOpen(): boolean {
    return this.closed === null;
  }

  bind(connection: Connection): void {
    this.#connection = connection;
  }

  send(text: string): void {
    if (!this.isOpen) return;
    this.texts.push(text);
    if (!this.readsAtOnce) this.bufferedAmount += text.length;
  }

  /** The peer reads what is on its way, or some of it. */
  read(bytes = this.bufferedAmount): void {
    this.bufferedAmount = Math.max(0, this.bufferedAmount - bytes);
  }

  /** Called by the server. */
  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.closed = { code, reason };
    if (this.answersClose) this.#connection?.gone(code);
  }

  /** Called by the client, or by a broken network (1006). */
  async leave(code = 1006): Promise<void> {
    if (!this.isOpen) return;
    this.closed = { code, reason: "" };
    await this.#connection?.gone(code);
  }

  receive(data: unknown): void {
    this.#connection?.receive(data);
  }

  command(command: CommandInput): void {
    this.receive(JSON.stringify(command));
  }

  say(text: string, onBusy?: OnBusy): string {
    const id = this.#createId();
    this.command({ type: "message.create", id, text, ...(onBusy ? { onBusy } : {}) });
    return id;
  }

  cancel(turnId?: string): void {
    this.command({ type: "turn.cancel", id: this.#createId(), ...(turnId ? { turnId } : {}) });
  }

  end(): void {
    this.command({ type: "session.end", id: this.#createId() });
  }

  get frames(): Frame[] {
    return this.texts.map((text) => parseFrame(text)).filter((frame) => frame !== null);
  }

  get plainFrames(): PlainFrame[] {
    return this.texts.map((text) => JSON.parse(text));
  }

  framesOf<Type extends Frame["type"]>(type: Type): FrameOf<Type>[] {
    return this.frames.filter((frame): frame is FrameOf<Type> => frame.type === type);
  }

  get chunks(): Chunk[] {
    return this.framesOf("chunks").flatMap(({ chunks }) => chunks);
  }

  get spokenText(): string {
    return this.chunks.flatMap((chunk) => chunk.type === "text-delta" ? [chunk.delta] : []).join("");
  }

  get errorCodes(): string[] {
    return this.framesOf("error").map(({ error }) => error.code);
  }

  /** The approval that was asked for last. */
  get approvalId(): string {
    const asked = this.chunks.findLast((chunk) => chunk.type === "tool-approval-request");
    return asked?.type === "tool-approval-request" ? asked.approvalId : "";
  }

  approve(approved: boolean): void {
    this.command({ type: "tool.approve", id: this.#createId(), approvalId: this.approvalId, approved });
  }
}
