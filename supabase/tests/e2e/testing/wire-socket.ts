/** A bare WebSocket on the session function that keeps every frame, for tests of the wire itself. */
import {
  type Chunk,
  type CommandInput,
  type Cursor,
  formatCursor,
  type Frame,
  type FrameOf,
  parseFrame,
  type PlainFrame,
  toSubprotocols,
} from "../../../functions/_shared/protocol/mod.ts";
import type { Target } from "./target.ts";

const PATIENCE_MS = 15_000;

export interface WireOptions {
  sessionId?: string;
  accessToken?: string;
  after?: Cursor;
  protocols?: string[];
}

export class WireSocket implements AsyncDisposable {
  readonly sessionId: string;
  readonly texts: string[] = [];
  readonly socket: WebSocket;
  closeEvent: CloseEvent | null = null;
  #waiters = new Set<() => void>();

  constructor(target: Target, options: WireOptions) {
    this.sessionId = options.sessionId ?? crypto.randomUUID();
    const url = new URL(`${target.apiUrl.replace(/^http/, "ws")}/functions/v1/session/${this.sessionId}`);
    if (options.after) url.searchParams.set("after", formatCursor(options.after));
    this.socket = new WebSocket(url, options.protocols ?? toSubprotocols(options.accessToken ?? ""));
    this.socket.onclose = (event) => {
      this.closeEvent = event;
      this.#wake();
    };
    this.socket.onmessage = ({ data }) => {
      this.texts.push(String(data));
      this.#wake();
    };
    this.socket.onerror = (event) => event instanceof ErrorEvent && event.preventDefault();
  }

  get frames(): Frame[] {
    return this.texts.map((text) => parseFrame(text)).filter((frame) => frame !== null);
  }

  get plainFrames(): PlainFrame[] {
    return this.texts.map((text) => JSON.parse(text));
  }

  get chunks(): Chunk[] {
    return this.frames.flatMap((frame) => frame.type === "chunks" ? frame.chunks : []);
  }

  /** What the assistant has said on this socket. */
  get spokenText(): string {
    return this.chunks.flatMap((chunk) => chunk.type === "text-delta" ? [chunk.delta] : []).join("");
  }

  framesOf<Type extends Frame["type"]>(type: Type): FrameOf<Type>[] {
    return this.frames.filter((frame): frame is FrameOf<Type> => frame.type === type);
  }

  send(command: CommandInput): void {
    this.socket.send(JSON.stringify(command));
  }

  /** Sends a message and returns its id. */
  say(text: string, onBusy?: "queue" | "interrupt" | "reject"): string {
    const id = crypto.randomUUID();
    this.send({ type: "message.create", id, text, ...(onBusy ? { onBusy } : {}) });
    return id;
  }

  /** Waits for `session.ready`. */
  async ready(): Promise<this> {
    await this.until(() => this.framesOf("session.ready").length > 0, "session.ready");
    return this;
  }

  /** Says something and waits until that many answers have ended on this socket. */
  async ask(text: string): Promise<string> {
    const before = this.#endCount();
    const start = this.chunks.length;
    this.say(text);
    await this.until(() => this.#endCount() > before, `an answer to "${text}"`);
    return this.chunks.slice(start).flatMap((chunk) => chunk.type === "text-delta" ? [chunk.delta] : []).join(
      "",
    );
  }

  async until(condition: () => boolean, what: string, patienceMs = PATIENCE_MS): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!condition()) {
      const remainingMs = deadline - Date.now();
      if (remainingMs <= 0 || (this.closeEvent && !condition())) {
        const seen = this.texts.slice(-5).join("\n").slice(-2000);
        throw new Error(`Waited in vain for ${what}; close ${this.closeEvent?.code}; last frames:\n${seen}`);
      }
      await this.#nextEvent(remainingMs);
    }
  }

  /** Waits for the close, from whichever side. */
  async closed(): Promise<CloseEvent> {
    await this.until(() => this.closeEvent !== null, "the close");
    return this.closeEvent as CloseEvent;
  }

  /** Closes the socket from this side. Deno sends a code only together with a reason. */
  async leave(code?: number): Promise<void> {
    if (code === undefined) this.socket.close();
    else this.socket.close(code, "leaving");
    await this.closed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState !== WebSocket.CLOSED) await this.leave();
  }

  #endCount(): number {
    return this.chunks.filter(({ type }) => type === "finish" || type === "abort" || type === "error").length;
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
  }

  #nextEvent(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, patienceMs);
      this.#waiters.add(done);
    });
  }
}
