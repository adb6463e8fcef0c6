/** Keeps somebody at a channel: asks where to listen, joins, and comes back with a fresh token whatever ended it (K19). */
import { backoffMs } from "../backoff.ts";
import type { EnvironmentSignal, SessionPorts } from "../ports.ts";
import { CLOSE_CODES } from "../protocol.ts";
import { SignedOutError } from "../signed-out-error.ts";
import { TokenAttempts } from "../token-attempts.ts";
import { type GetAccessToken, startTokenRefresh } from "../token-refresh.ts";
import type { Answer, Failure } from "./ask-supabase.ts";
import type { ChannelConnectionState, StopCause } from "./channel-state.ts";
import type { SupabasePort } from "./supabase-port.ts";

/** Covers the token, the grant, the join and the first read. */
const LIVE_WITHIN_MS = 20_000;
/** A channel that lived this long counts as a success: the next failure starts the backoff anew. */
const STABLE_AFTER_MS = 5_000;
const ASK_AGAIN_MS = 2_000;

const STOPS = {
  closed: { code: CLOSE_CODES.normal.code, reason: "Left" },
  signed_out: { code: CLOSE_CODES.unauthorized.code, reason: CLOSE_CODES.unauthorized.meaning },
  forbidden: { code: CLOSE_CODES.forbidden.code, reason: CLOSE_CODES.forbidden.meaning },
  revoked: { code: CLOSE_CODES.forbidden.code, reason: "This session may not be watched any longer" },
} as const satisfies Record<StopCause, { code: number; reason: string }>;

export interface ChannelConnectionOptions<Grant> {
  supabase: SupabasePort;
  getAccessToken: GetAccessToken;
  ports: Pick<SessionPorts, "clock" | "random">;
  /** Where to listen now. */
  ask(accessToken: string): Promise<Answer<Grant>>;
  /** How long the answer holds; it is asked for again three times within. */
  holdsForMs(grant: Grant): number;
  /** Joins what the grant names; `onLive` and `onDown` follow. */
  join(grant: Grant): void;
  leave(): void;
  /** Gives up a channel that says it lives. */
  renew(): void;
  /** Reads what was missed; resolves to `false` when that will not happen. */
  read(): Promise<boolean>;
  onState(): void;
}

export class ChannelConnection<Grant> {
  readonly #options: ChannelConnectionOptions<Grant>;
  readonly #tokens: TokenAttempts;
  #state: ChannelConnectionState = { status: "connecting" };
  /** Raised to disown whatever the previous attempt still does. */
  #generation = 0;
  #takeBacks: (() => void)[] = [];
  #takeBackAsk = () => {};
  #takeBackLate = () => {};
  #attempt = 0;
  #isOffline = false;
  #accessToken = "";
  #wasGranted = false;
  #grantedAtMs = 0;
  #holdsForMs = 0;

  constructor(options: ChannelConnectionOptions<Grant>) {
    this.#options = options;
    this.#tokens = new TokenAttempts(options.getAccessToken);
  }

  get state(): ChannelConnectionState {
    return this.#state;
  }

  async open(): Promise<void> {
    this.#letGo();
    const generation = this.#generation;
    this.#takeBackLate = this.#options.ports.clock.schedule(LIVE_WITHIN_MS, () => this.onDown());
    if (!await this.#authorize(generation)) return;
    const answer = await this.#options.ask(this.#accessToken);
    if (generation !== this.#generation) return;
    if (!answer.ok) return this.#onRefused(answer.failure);
    this.#onGrant(answer.value);
  }

  /** Asks at once whether this may still be watched, and where. */
  async renewGrant(): Promise<void> {
    this.#takeBackAsk();
    const generation = this.#generation;
    const answer = await this.#options.ask(this.#accessToken);
    if (generation !== this.#generation) return;
    if (answer.ok) return this.#onGrant(answer.value);
    if (answer.failure === "unreachable") return this.#askAfter(ASK_AGAIN_MS);
    this.#onRefused(answer.failure);
  }

  /** Connects now instead of later, or again after a stop. */
  reconnect(): void {
    const { status } = this.#state;
    if (status === "live") return;
    this.#attempt = 0;
    if (status === "stopped") this.#tokens.reset();
    void this.open();
    if (status === "stopped") this.#setState({ status: "connecting" });
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

  /** A read failed; `false` when it is of no use to try again. */
  onFailure(failure: Failure): boolean {
    if (failure === "forbidden" || failure === "unauthorized") this.#onRefused(failure);
    return this.#state.status !== "stopped";
  }

  /** What is said from now on is heard. */
  async onLive(): Promise<void> {
    const generation = this.#generation;
    const isRead = await this.#options.read();
    if (!isRead || generation !== this.#generation || this.#state.status === "live") return;
    this.#takeBackLate();
    this.#tokens.reset();
    this.#after(STABLE_AFTER_MS, () => this.#attempt = 0);
    this.#setState({ status: "live" });
  }

  /** The channel is gone. */
  onDown(): void {
    this.#letGo();
    this.#retry(this.#attempt === 0 ? 0 : backoffMs(this.#attempt, this.#options.ports.random));
  }

  /** A machine that slept has lost its channel, whatever the channel says. */
  #onWoken(): void {
    const { clock } = this.#options.ports;
    if (clock.now() - this.#grantedAtMs > this.#holdsForMs) this.#options.renew();
    else void this.renewGrant();
  }

  async #authorize(generation: number): Promise<boolean> {
    const { supabase, getAccessToken, ports } = this.#options;
    try {
      const accessToken = await this.#tokens.next();
      if (generation !== this.#generation) return false;
      await supabase.realtime.setAuth(accessToken);
      if (generation !== this.#generation) return false;
      this.#accessToken = accessToken;
      this.#takeBacks.push(startTokenRefresh({
        clock: ports.clock,
        accessToken,
        getAccessToken,
        onRefreshed: (next) => {
          this.#accessToken = next;
          void supabase.realtime.setAuth(next);
        },
      }));
      return true;
    } catch (error) {
      if (generation !== this.#generation) return false;
      if (error instanceof SignedOutError) this.stop("signed_out");
      else this.#retry(backoffMs(this.#attempt + 1, ports.random));
      return false;
    }
  }

  #onGrant(grant: Grant): void {
    const { join, holdsForMs, ports } = this.#options;
    this.#wasGranted = true;
    this.#grantedAtMs = ports.clock.now();
    this.#holdsForMs = holdsForMs(grant);
    join(grant);
    this.#askAfter(this.#holdsForMs / 3);
  }

  #askAfter(afterMs: number): void {
    const { clock } = this.#options.ports;
    const dueMs = clock.now() + afterMs;
    this.#takeBackAsk();
    this.#takeBackAsk = clock.schedule(afterMs, () => {
      // A timer that is very late was asleep.
      if (clock.now() - dueMs > this.#holdsForMs) this.#onWoken();
      else void this.renewGrant();
    });
  }

  #onRefused(failure: Failure): void {
    const { random } = this.#options.ports;
    if (this.#state.status === "stopped") return;
    if (failure === "forbidden") return this.stop(this.#wasGranted ? "revoked" : "forbidden");
    // The token is being replaced already: requests that began with it prove nothing any more.
    if (failure === "unauthorized" && this.#tokens.isRefused) return;
    this.#letGo();
    if (failure !== "unauthorized") return this.#retry(backoffMs(this.#attempt + 1, random));
    if (this.#tokens.onRefused()) this.#retry(0);
    else this.stop("signed_out");
  }

  #retry(afterMs: number): void {
    this.#takeBackTimers();
    const attempt = this.#isOffline ? this.#attempt : ++this.#attempt;
    const retryAtMs = this.#isOffline ? null : this.#options.ports.clock.now() + afterMs;
    if (!this.#isOffline) this.#after(afterMs, () => void this.open());
    this.#setState({ status: "reconnecting", attempt, retryAtMs });
  }

  #letGo(): void {
    this.#generation++;
    this.#takeBackTimers();
    this.#options.leave();
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

  #setState(state: ChannelConnectionState): void {
    this.#state = state;
    this.#options.onState();
  }
}
