/** Keeps a watcher at its channel: asks to watch, joins, and comes back with a fresh token whatever ended it (K19). */
import { backoffMs } from "../backoff.ts";
import { type Answer, askRpc, type Failure } from "../channels/ask-supabase.ts";
import type { SupabasePort } from "../channels/supabase-port.ts";
import type { EnvironmentSignal, SessionPorts } from "../ports.ts";
import { CLOSE_CODES, type WatchGrant, watchGrantSchema, type WatchRole } from "../protocol.ts";
import { type GetAccessToken, startTokenRefresh } from "../token-refresh.ts";
import type { StopCause, WatchConnectionState } from "./watch-state.ts";
import { WatchedTopics } from "./watched-topics.ts";

/** Covers the token, the grant, the join and the first read. */
const LIVE_WITHIN_MS = 20_000;
/** A channel that lived this long counts as a success: the next failure starts the backoff anew. */
const STABLE_AFTER_MS = 5_000;
const ASK_AGAIN_MS = 2_000;

const STOPS = {
  closed: { code: CLOSE_CODES.normal.code, reason: "The view was closed" },
  signed_out: { code: CLOSE_CODES.unauthorized.code, reason: CLOSE_CODES.unauthorized.meaning },
  forbidden: { code: CLOSE_CODES.forbidden.code, reason: CLOSE_CODES.forbidden.meaning },
  revoked: { code: CLOSE_CODES.forbidden.code, reason: "The invitation was taken back" },
} as const satisfies Record<StopCause, { code: number; reason: string }>;

export interface WatchConnectionOptions {
  supabase: SupabasePort;
  sessionId: string;
  getAccessToken: GetAccessToken;
  hasPresence: boolean;
  ports: Pick<SessionPorts, "clock" | "random" | "createId">;
  onGrant(grant: WatchGrant): void;
  onMessage(message: unknown): void;
  onPresence(): void;
  onState(): void;
  /** Reads what was missed; resolves to `false` when that will not happen. */
  read(): Promise<boolean>;
}

export class WatchConnection {
  readonly #options: WatchConnectionOptions;
  readonly topics: WatchedTopics;
  #state: WatchConnectionState = { status: "connecting" };
  /** Raised to disown whatever the previous attempt still does. */
  #generation = 0;
  #takeBacks: (() => void)[] = [];
  #takeBackAsk = () => {};
  #takeBackLate = () => {};
  #attempt = 0;
  #isOffline = false;
  #isTokenRefused = false;
  #role: WatchRole | null = null;
  /** When the server last said that this may be watched. */
  #grantedAtMs = 0;
  #watchMs = 0;

  constructor(options: WatchConnectionOptions) {
    this.#options = options;
    this.topics = new WatchedTopics({
      ...options,
      onLive: () => void this.#onLive(),
      onDown: () => this.#onDown(),
    });
  }

  get state(): WatchConnectionState {
    return this.#state;
  }

  async open(): Promise<void> {
    this.#letGo();
    const generation = this.#generation;
    this.#takeBackLate = this.#options.ports.clock.schedule(LIVE_WITHIN_MS, () => this.#onDown());
    if (!await this.#authorize(generation)) return;
    const answer = await this.#ask();
    if (generation !== this.#generation) return;
    if (!answer.ok) return this.#onRefused(answer.failure);
    this.#onGrant(answer.value);
  }

  /** Asks at once whether this may still be watched, and where. */
  async renewGrant(): Promise<void> {
    this.#takeBackAsk();
    const generation = this.#generation;
    const answer = await this.#ask();
    if (generation !== this.#generation) return;
    if (answer.ok) return this.#onGrant(answer.value);
    if (answer.failure === "unreachable") return this.#askAfter(ASK_AGAIN_MS);
    this.#onRefused(answer.failure);
  }

  /** Connects now instead of later, or again after a stop. */
  reconnect(): void {
    const { status } = this.#state;
    if (status === "live") return;
    if (status === "stopped") this.#setState({ status: "connecting" });
    this.#attempt = 0;
    void this.open();
  }

  stop(cause: StopCause): void {
    this.#letGo();
    if (this.#state.status !== "stopped") this.#setState({ status: "stopped", ...STOPS[cause], cause });
  }

  onSignal(signal: EnvironmentSignal): void {
    this.#isOffline = signal === "offline";
    const { status } = this.#state;
    if (status === "reconnecting") return this.#isOffline ? this.#retry(0) : void this.open();
    if (status === "live" && !this.#isOffline) this.#onWoken();
  }

  /** Told of a read that was refused, too. */
  onRefused(failure: Failure): void {
    if (failure === "forbidden" || failure === "unauthorized") this.#onRefused(failure);
  }

  /** A machine that slept has lost its channel, whatever the channel says. */
  #onWoken(): void {
    const { clock } = this.#options.ports;
    if (clock.now() - this.#grantedAtMs > this.#watchMs) this.topics.renew();
    else void this.renewGrant();
  }

  async #authorize(generation: number): Promise<boolean> {
    const { supabase, getAccessToken, ports } = this.#options;
    try {
      const accessToken = await getAccessToken({ forceRefresh: this.#isTokenRefused });
      if (generation !== this.#generation) return false;
      await supabase.realtime.setAuth(accessToken);
      if (generation !== this.#generation) return false;
      this.#takeBacks.push(startTokenRefresh({
        clock: ports.clock,
        accessToken,
        getAccessToken,
        onRefreshed: (next) => void supabase.realtime.setAuth(next),
      }));
      return true;
    } catch {
      if (generation !== this.#generation) return false;
      if (this.#isTokenRefused) this.stop("signed_out");
      else this.#retry(backoffMs(this.#attempt + 1, ports.random));
      return false;
    }
  }

  #ask(): Promise<Answer<WatchGrant>> {
    const { supabase, sessionId, ports } = this.#options;
    return askRpc(supabase, {
      name: "watch_session",
      parameters: { p_session_id: sessionId },
      clock: ports.clock,
      answer: watchGrantSchema,
    });
  }

  #onGrant(grant: WatchGrant): void {
    this.#role = grant.role;
    this.#isTokenRefused = false;
    this.#grantedAtMs = this.#options.ports.clock.now();
    this.#watchMs = grant.watchMs;
    this.topics.join(grant);
    this.#options.onGrant(grant);
    this.#askAfter(grant.watchMs / 3);
  }

  #askAfter(afterMs: number): void {
    const { clock } = this.#options.ports;
    const dueMs = clock.now() + afterMs;
    this.#takeBackAsk();
    this.#takeBackAsk = clock.schedule(afterMs, () => {
      // A timer that is very late was asleep.
      if (clock.now() - dueMs > this.#watchMs) this.#onWoken();
      else void this.renewGrant();
    });
  }

  async #onLive(): Promise<void> {
    const generation = this.#generation;
    const isRead = await this.#options.read();
    if (!isRead || generation !== this.#generation || this.#state.status === "live") return;
    this.#takeBackLate();
    this.#after(STABLE_AFTER_MS, () => this.#attempt = 0);
    this.#setState({ status: "live" });
  }

  #onDown(): void {
    this.#letGo();
    this.#retry(this.#attempt === 0 ? 0 : backoffMs(this.#attempt, this.#options.ports.random));
  }

  #onRefused(failure: Failure): void {
    const { random } = this.#options.ports;
    if (failure === "forbidden") return this.stop(this.#role === "observer" ? "revoked" : "forbidden");
    this.#letGo();
    if (failure !== "unauthorized") return this.#retry(backoffMs(this.#attempt + 1, random));
    if (this.#isTokenRefused) return this.stop("signed_out");
    this.#isTokenRefused = true;
    this.#retry(0);
  }

  #retry(afterMs: number): void {
    this.#takeBackTimers();
    const attempt = this.#isOffline ? this.#attempt : ++this.#attempt;
    const retryAtMs = this.#isOffline ? null : this.#options.ports.clock.now() + afterMs;
    this.#setState({ status: "reconnecting", attempt, retryAtMs });
    if (!this.#isOffline) this.#after(afterMs, () => void this.open());
  }

  #letGo(): void {
    this.#generation++;
    this.#takeBackTimers();
    this.topics.leave();
  }

  #after(delayMs: number, run: () => void): void {
    this.#takeBacks.push(this.#options.ports.clock.schedule(delayMs, run));
  }

  #takeBackTimers(): void {
    this.#takeBackAsk();
    this.#takeBackLate();
    for (const takeBack of this.#takeBacks) takeBack();
    this.#takeBacks = [];
  }

  #setState(state: WatchConnectionState): void {
    this.#state = state;
    this.#options.onState();
  }
}
