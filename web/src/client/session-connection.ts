/** Keeps one session connected: opens sockets one after another and decides by close code what comes next. */
import { backoffMs } from "./backoff.ts";
import { toCannotConnect } from "./cannot-connect.ts";
import { type Heartbeat, startHeartbeat } from "./heartbeat.ts";
import type { EnvironmentSignal, SessionPorts, Socket } from "./ports.ts";
import {
  CLOSE_CODES,
  closeActionOf,
  type CommandInput,
  type Frame,
  parseFrame,
  toSubprotocols,
  type WireError,
} from "./protocol.ts";
import type { ConnectionState } from "./session-state.ts";
import { SignedOutError } from "./signed-out-error.ts";
import { TokenAttempts } from "./token-attempts.ts";
import { type GetAccessToken, startTokenRefresh } from "./token-refresh.ts";

/** Covers the token, the handshake and a cold worker. */
const READY_WITHIN_MS = 15_000;
/** How often in a row a client comes back as soon as the server says. */
const PATIENT_RESTARTS = 3;
/** A connection that lived this long counts as a success: the next failure starts the backoff anew. */
const STABLE_AFTER_MS = 5_000;
/** Sent when the client gives a socket up but means to keep the session: any code but 1000 does. */
const LEFT_CODE = 4000;

export interface SessionConnectionOptions {
  ports: SessionPorts;
  getAccessToken: GetAccessToken;
  /** The address to connect to now, cursor included. */
  toUrl(): string;
  onFrame(frame: Frame): void;
  onState(state: ConnectionState): void;
  /** The environment refuses to connect; a change of state follows. */
  onError(error: WireError): void;
}

export class SessionConnection {
  readonly #options: SessionConnectionOptions;
  readonly #tokens: TokenAttempts;
  #state: ConnectionState = { status: "connecting" };
  #socket: Socket | null = null;
  #heartbeat: Heartbeat | null = null;
  /** Takes back the timers of the current socket or of the wait for the next. */
  #takeBacks: (() => void)[] = [];
  /** Raised to disown whatever the previous attempt still does. */
  #generation = 0;
  #attempt = 0;
  #isOffline = false;
  #reconnectInMs: number | null = null;

  constructor(options: SessionConnectionOptions) {
    this.#options = options;
    this.#tokens = new TokenAttempts(options.getAccessToken);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  async open(): Promise<void> {
    this.#letGo();
    const generation = this.#generation;
    const { ports, toUrl } = this.#options;
    this.#after(READY_WITHIN_MS, () => this.resume());
    let accessToken: string;
    try {
      accessToken = await this.#tokens.next();
    } catch (error) {
      if (generation === this.#generation) this.#onTokenFailure(error);
      return;
    }
    if (generation !== this.#generation) return;

    let socket: Socket;
    try {
      socket = new ports.WebSocket(toUrl(), toSubprotocols(accessToken));
    } catch (error) {
      return this.#onNoSocket(error);
    }
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (generation !== this.#generation || typeof data !== "string") return;
      this.#heartbeat?.touch();
      const frame = parseFrame(data);
      if (frame) this.#onFrame(frame, accessToken);
    };
    socket.onclose = ({ code }) => {
      if (generation === this.#generation) this.#onClose(code);
    };
  }

  /** Sends when live; `false` means the caller has to send again after the next `session.ready`. */
  send(command: CommandInput): boolean {
    if (this.#state.status !== "live" || !this.#socket) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  /** Gives the current socket up and comes back from the cursor. */
  resume(): void {
    this.#letGo();
    this.#retry(this.#attempt === 0 ? 0 : backoffMs(this.#attempt, this.#options.ports.random));
  }

  /** Connects now instead of later; does nothing while connected. */
  reconnect(): void {
    const { status } = this.#state;
    if (status === "reconnecting" && this.#socket === null) void this.open();
    if (status !== "stopped") return;
    this.#attempt = 0;
    this.#isOffline = false;
    this.#state = { status: "connecting" };
    void this.open();
    this.#publish();
  }

  /** Code 1000 tells the server that the session may end; any other leaves it open. */
  close(code = LEFT_CODE): void {
    this.#letGo(code);
    if (this.#state.status === "stopped") return;
    this.#state = { status: "stopped", code, reason: CLOSE_CODES.normal.meaning };
    this.#publish();
  }

  onSignal(signal: EnvironmentSignal): void {
    this.#isOffline = signal === "offline";
    const { status } = this.#state;
    if (status === "live") this.#heartbeat?.probe();
    if (status !== "reconnecting" || this.#socket) return;
    if (signal === "offline") return this.#retry(0);
    void this.open();
  }

  #onFrame(frame: Frame, accessToken: string): void {
    const generation = this.#generation;
    if (frame.type === "session.ready") this.#onReady(accessToken);
    if (frame.type === "session.restarting") this.#reconnectInMs = frame.reconnectInMs;
    this.#options.onFrame(frame);
    // Whoever was told may have left.
    if (generation !== this.#generation) return;
    if (frame.type === "session.ready") this.#publish();
    if (frame.type === "session.ended") this.#onEnded();
    // Chromium reports 1006 for every close that Deno 2.1 begins: the code is taken from the frame before it.
    if (frame.type === "connection.closing") this.#onClose(frame.code);
  }

  /** The word of the server counts more than the close code, which may get lost on the way: to return would reopen. */
  #onEnded(): void {
    this.#letGo();
    this.#stop(CLOSE_CODES.ended.code);
  }

  /** Told to others when the frame has been taken in: until then nobody knows how much is missing. */
  #onReady(accessToken: string): void {
    const { ports, getAccessToken } = this.#options;
    this.#takeBackTimers();
    this.#tokens.reset();
    this.#after(STABLE_AFTER_MS, () => this.#attempt = 0);
    this.#heartbeat = startHeartbeat({
      clock: ports.clock,
      ping: () => this.send({ type: "ping" }),
      onDead: () => this.resume(),
    });
    this.#takeBacks.push(startTokenRefresh({
      clock: ports.clock,
      accessToken,
      getAccessToken,
      onRefreshed: (next) => this.send({ type: "auth.refresh", accessToken: next }),
    }));
    this.#state = { status: "live" };
  }

  #onClose(code: number): void {
    const reconnectInMs = this.#reconnectInMs;
    this.#letGo();
    const { random } = this.#options.ports;
    switch (closeActionOf(code)) {
      case "stop":
        return this.#stop(code);
      case "refresh":
        return this.#tokens.onRefused() ? this.#retry(0) : this.#stop(code);
      case "reconnect":
        return this.#retry(Math.max(reconnectInMs ?? 0, this.#restartBackoffMs(reconnectInMs !== null)));
      case "backoff":
        return this.#retry(backoffMs(this.#attempt + 1, random));
    }
  }

  /** A worker that says when to come back is believed, until it has said so too often. */
  #restartBackoffMs(isAnnounced: boolean): number {
    const failures = this.#attempt - (isAnnounced ? PATIENT_RESTARTS : 0);
    return failures <= 0 ? 0 : backoffMs(failures, this.#options.ports.random);
  }

  #onNoSocket(error: unknown): void {
    this.#letGo();
    this.#options.onError(toCannotConnect(error));
    this.#retry(backoffMs(this.#attempt + 1, this.#options.ports.random));
  }

  #onTokenFailure(error: unknown): void {
    this.#letGo();
    if (error instanceof SignedOutError) return this.#stop(CLOSE_CODES.unauthorized.code);
    this.#retry(backoffMs(this.#attempt + 1, this.#options.ports.random));
  }

  #retry(afterMs: number): void {
    this.#takeBackTimers();
    const attempt = this.#isOffline ? this.#attempt : ++this.#attempt;
    const retryAtMs = this.#isOffline ? null : this.#options.ports.clock.now() + afterMs;
    this.#state = { status: "reconnecting", attempt, retryAtMs };
    if (!this.#isOffline) this.#after(afterMs, () => void this.open());
    this.#publish();
  }

  #stop(code: number): void {
    const known = Object.values(CLOSE_CODES).find((entry) => entry.code === code);
    this.#tokens.reset();
    this.#state = { status: "stopped", code, reason: known?.meaning ?? "The connection was closed" };
    this.#publish();
  }

  #letGo(code = LEFT_CODE): void {
    this.#generation++;
    this.#takeBackTimers();
    this.#heartbeat?.stop();
    this.#heartbeat = null;
    this.#reconnectInMs = null;
    // Deno leaves the code out of a close without a reason.
    this.#socket?.close(code, code === LEFT_CODE ? "Left" : "Closed");
    this.#socket = null;
  }

  #after(delayMs: number, run: () => void): void {
    this.#takeBacks.push(this.#options.ports.clock.schedule(delayMs, run));
  }

  #takeBackTimers(): void {
    for (const takeBack of this.#takeBacks) takeBack();
    this.#takeBacks = [];
  }

  /** Last of all: who is told may do anything, also leave. */
  #publish(): void {
    this.#options.onState(this.#state);
  }
}
