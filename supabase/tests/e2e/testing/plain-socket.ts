/** A client of the plain profile: no subprotocol and an `Authorization` header, which only `ws` can send here. */
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import type { PlainFrame } from "../../../functions/_shared/protocol/mod.ts";
import type { Target } from "./target.ts";

const PATIENCE_MS = 15_000;

export interface PlainOptions {
  sessionId?: string;
  accessToken?: string;
  headers?: Record<string, string>;
  protocols?: string[];
}

export class PlainSocket implements AsyncDisposable {
  readonly frames: PlainFrame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #wake: () => void = () => {};

  private constructor(readonly socket: WebSocket, readonly sessionId: string) {
    socket.on("message", (data) => {
      this.frames.push(JSON.parse(String(data)));
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => {
        this.#wake();
        resolve({ code, reason: String(reason) });
      });
    });
  }

  /** @throws Error with the HTTP status when the handshake is refused. */
  static open(target: Target, options: PlainOptions): Promise<PlainSocket> {
    const sessionId = options.sessionId ?? crypto.randomUUID();
    const url = `${target.apiUrl.replace(/^http/, "ws")}/functions/v1/session/${sessionId}`;
    const headers = {
      ...(options.accessToken ? { Authorization: `Bearer ${options.accessToken}` } : {}),
      ...options.headers,
    };
    const socket = new WebSocket(url, options.protocols ?? [], { headers });
    const opened = Promise.withResolvers<PlainSocket>();
    const plain = new PlainSocket(socket, sessionId);
    socket.on("open", () => opened.resolve(plain));
    socket.on("error", (error) => opened.reject(error));
    return opened.promise;
  }

  /** Sends bare text and returns the text of `done`. */
  async ask(text: string): Promise<string> {
    const start = this.frames.length;
    this.socket.send(text);
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const done = this.frames.slice(start).find((frame) => frame.type === "done");
      if (done?.type === "done") return done.text;
      const remainingMs = deadline - Date.now();
      if (remainingMs <= 0) throw new Error(`Waited in vain for done after "${text}"`);
      await this.#next(remainingMs);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #next(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
