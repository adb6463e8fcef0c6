/** What a load process is told, and what it tells. */
import type { Order } from "./order.ts";

/** Who answers: the provider itself, the bare relay, or Parley. */
export type LoadTarget =
  | { kind: "provider"; baseUrl: string }
  | { kind: "bare"; port: number }
  | { kind: "parley"; url: string; accessTokens: string[] };

export interface LoadJob {
  target: LoadTarget;
  streams: number;
  /** `null` opens the streams and leaves them idle. */
  order: Order | null;
  /** The streams begin spread over this time. */
  rampMs: number;
}

export interface LoadReport {
  tokens: number;
  /** Milliseconds from a token's birth to its arrival, once all streams have got going. */
  latencies: number[];
  /** Milliseconds from asking to the first token, of each stream. */
  firstTokens: number[];
  seconds: number;
}
