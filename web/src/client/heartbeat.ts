/** Notices a connection that died without a close: a network that changed, a laptop that slept. */
import type { Clock } from "./ports.ts";

/** Shorter than the 30 s after which many proxies drop a silent connection. */
const QUIET_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
/** After waking the user is looking, so a dead connection must be found quickly. */
const ANSWER_WITHIN_AWAKE_MS = 3_000;

export interface HeartbeatOptions {
  clock: Clock;
  ping(): void;
  /** Nothing came back in time. Called at most once. */
  onDead(): void;
}

export interface Heartbeat {
  /** Something arrived. */
  touch(): void;
  /** Asks at once. */
  probe(): void;
  stop(): void;
}

export function startHeartbeat({ clock, ping, onDead }: HeartbeatOptions): Heartbeat {
  let takeBack = () => {};

  function ask(answerWithinMs: number): void {
    takeBack();
    takeBack = clock.schedule(answerWithinMs, onDead);
    ping();
  }

  function touch(): void {
    takeBack();
    takeBack = clock.schedule(QUIET_MS, () => ask(ANSWER_WITHIN_MS));
  }

  touch();
  return { touch, probe: () => ask(ANSWER_WITHIN_AWAKE_MS), stop: () => takeBack() };
}
