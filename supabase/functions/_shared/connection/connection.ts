/** One WebSocket: what arrives is checked and submitted, what the session says is sent while the reader keeps up. */
import { logError } from "../base/log-error.ts";
import {
  CLOSE_CODES,
  type CloseName,
  type Command,
  type Cursor,
  type ErrorCode,
  type Frame,
  MAX_FRAME_BYTES,
  toWireError,
  type WireErrorDetails,
} from "../protocol/mod.ts";
import type { VerifyToken } from "../auth/verify-token.ts";
import type { Clock } from "../base/clock.ts";
import type { Credentials, Listener, SharedFrame } from "../session/listener.ts";
import type { Session } from "../session/session.ts";
import type { Worker } from "../session/worker.ts";
import type { Backlog } from "./backlog.ts";
import type { ConnectionLimit } from "./connection-limit.ts";
import { type Admission, InboundLimit, RATE_NOTICE_MS } from "./inbound-limit.ts";
import { Outbound } from "./outbound.ts";
import type { Profile } from "./profile.ts";
import type { Socket } from "./socket.ts";

/** Commands of one connection that may wait for the database. */
const MAX_PENDING_COMMANDS = 100;
/** A socket that is closed while frames are under way is torn down, and the client never hears why. */
const CLOSE_DELAY_MS = 250;
/** A frozen peer never answers a close; after this long it counts as gone. */
const CLOSE_PATIENCE_MS = 5_000;
/** The platform may send a client to a worker that leaves once more: it must not come back in a tight loop. */
const LEAVING_RECONNECT_MS = 250;
/** Timers cannot wait longer than this. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface ConnectionPorts {
  worker: Worker;
  connectionLimit: ConnectionLimit;
  backlog: Backlog;
  verifyToken: VerifyToken;
  clock: Clock;
}

export interface ConnectionStart {
  connectionId: string;
  sessionId: string;
  cursor: Cursor | null;
  credentials: Credentials;
  profile: Profile;
  socket: Socket;
}

export class Connection implements Listener {
  readonly #ports: ConnectionPorts;
  readonly #start: ConnectionStart;
  readonly #outbound: Outbound;
  readonly #inboundLimit: InboundLimit;
  #credentials: Credentials;
  #inbound: Promise<Session | null>;
  #pendingCount = 0;
  #isClosed = false;
  #isGone = false;
  readonly #left = Promise.withResolvers<void>();
  #cancelExpiry: () => void = () => {};

  /** The socket must be open: what is sent before is lost. */
  constructor(start: ConnectionStart, ports: ConnectionPorts) {
    this.#start = start;
    this.#ports = ports;
    this.#credentials = start.credentials;
    this.#outbound = new Outbound({ ...start, ...ports, onTooSlow: () => this.#end("slowReader") });
    this.#inboundLimit = new InboundLimit(ports.clock.monotonic());
    this.#inbound = this.#admit() ? this.#attach() : Promise.resolve(null);
    this.#watchExpiry();
  }

  get connectionId(): string {
    return this.#start.connectionId;
  }

  get credentials(): Credentials {
    return this.#credentials;
  }

  get wantsHistory(): boolean {
    return this.#start.profile.wantsHistory;
  }

  send(frame: Frame): void {
    if (!this.#isClosed) this.#outbound.send(frame);
  }

  speak(shared: SharedFrame): void {
    if (!this.#isClosed) this.#outbound.speak(shared);
  }

  hasRoom(): Promise<boolean> {
    return this.#outbound.hasRoom();
  }

  close(name: CloseName): void {
    if (!this.#isClosed) this.#end(name);
  }

  /** The last word counts: a reader for which something was dropped has to come back, whatever it was to hear before. */
  #end(name: CloseName): void {
    this.#isClosed = true;
    this.#cancelExpiry();
    const { code, meaning } = CLOSE_CODES[name];
    const { socket } = this.#start;
    const closing: Frame = { type: "connection.closing", code, reason: meaning };
    this.#outbound.finish(closing, () => {
      socket.close(code, meaning);
      this.#ports.clock.schedule(CLOSE_PATIENCE_MS, () => this.gone(code));
    });
  }

  /** Takes one frame from the client. Text frames come as a string; anything else is refused. */
  receive(data: unknown): void {
    if (this.#isClosed) return;
    const admission = this.#inboundLimit.admit(this.#ports.clock.monotonic());
    if (admission !== "taken") return this.#ignore(admission);
    if (typeof data !== "string") return this.#refuse("binary_frame");
    // UTF-16 length bounds the bytes from below, which is enough to keep huge frames from being parsed.
    if (data.length > MAX_FRAME_BYTES) {
      this.#refuse("frame_too_big");
      return this.close("tooBig");
    }
    const parsed = this.#start.profile.parse(data);
    if (!parsed.ok) return this.send({ type: "error", error: parsed.error });
    this.#accept(parsed.value);
  }

  /** Resolves when the socket is gone and the session knows. */
  get left(): Promise<void> {
    return this.#left.promise;
  }

  /** Tells that the socket is gone; the first word counts. */
  gone(closeCode: number): Promise<void> {
    this.#isClosed = true;
    this.#cancelExpiry();
    this.#outbound.close();
    if (!this.#isGone) this.#left.resolve(this.#detach(closeCode));
    this.#isGone = true;
    return this.left;
  }

  async #detach(closeCode: number): Promise<void> {
    const session = await this.#inbound;
    await session?.detach(this, closeCode);
  }

  #admit(): boolean {
    const { userId } = this.#credentials;
    const { connectionLimit } = this.#ports;
    if (connectionLimit.take(userId)) {
      const release = () => connectionLimit.release(userId);
      this.left.then(release, release);
      return true;
    }
    this.#refuse("too_many_connections");
    this.close("rateLimited");
    return false;
  }

  async #attach(): Promise<Session | null> {
    const { sessionId, cursor } = this.#start;
    try {
      const attached = await this.#ports.worker.attach(this, { sessionId, cursor });
      if (attached.outcome === "attached") return attached.session;
      if (attached.outcome === "forbidden") {
        this.#refuse("forbidden");
        this.close("forbidden");
      } else {
        this.send({ type: "session.restarting", reconnectInMs: LEAVING_RECONNECT_MS });
        this.close("restarting");
      }
    } catch (error) {
      logError("attach_failed", { error });
      this.#refuse("storage_unavailable");
      this.close("internal");
    }
    return null;
  }

  #accept(command: Command): void {
    if (command.type === "ping") return this.send({ type: "pong" });
    if (this.#pendingCount >= MAX_PENDING_COMMANDS) {
      return this.#refuse("rate_limited", "id" in command ? { commandId: command.id } : {});
    }
    this.#pendingCount++;
    // One after the other, so that a client's commands take effect in the order it sent them.
    this.#inbound = this.#inbound.then(async (session) => {
      if (session && !this.#isClosed) await this.#perform(command, session);
      this.#pendingCount--;
      return session;
    });
  }

  async #perform(command: Exclude<Command, { type: "ping" }>, session: Session): Promise<void> {
    try {
      if (command.type === "auth.refresh") await this.#renew(command.accessToken, session);
      else await session.submit(command, this);
    } catch (error) {
      logError("command_failed", { command: command.type, error });
      this.#refuse("storage_unavailable", "id" in command ? { commandId: command.id } : {});
      // A client that returns sends it again, and after it what it has said since: in order.
      if (this.wantsHistory) this.close("internal");
    }
  }

  async #renew(accessToken: string, session: Session): Promise<void> {
    const verified = await this.#ports.verifyToken(accessToken);
    if (!verified.ok) return this.#refuse(verified.code);
    if (verified.credentials.userId !== this.#credentials.userId) return this.#refuse("unauthorized");
    this.#credentials = verified.credentials;
    session.renewCredentials(verified.credentials);
    this.#watchExpiry();
  }

  #watchExpiry(): void {
    this.#cancelExpiry();
    const { clock } = this.#ports;
    const afterMs = Math.min(Math.max(0, this.#credentials.expiresAt - clock.now()), MAX_TIMER_MS);
    this.#cancelExpiry = clock.schedule(afterMs, () => {
      this.#refuse("token_expired");
      this.close("unauthorized");
    });
  }

  #ignore(reason: Exclude<Admission, "taken">): void {
    if (reason === "noticed") this.#refuse("rate_limited", { retryAfterMs: RATE_NOTICE_MS });
    if (reason === "flooded") this.#ports.clock.schedule(CLOSE_DELAY_MS, () => this.close("rateLimited"));
  }

  #refuse(code: ErrorCode, details: WireErrorDetails = {}): void {
    this.send({ type: "error", error: toWireError(code, details) });
  }
}
