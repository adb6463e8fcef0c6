/** What the parts of Realtime share. */

import type { Clock } from "../functions/clock.ts";
import type { IdentityOptions } from "./authorization/identity.ts";
import type { RealtimeDatabase } from "./database/realtime-database.ts";
import type { RateCounter } from "./limits/rate-counter.ts";
import type { RealtimeLimits } from "./limits/realtime-limits.ts";
import type { Presences } from "./topics/presences.ts";
import type { Topics } from "./topics/topics.ts";

export interface Services {
  readonly limits: RealtimeLimits;
  /** Whether public channels are refused. */
  readonly privateOnly: boolean;
  readonly identity: IdentityOptions;
  readonly database: RealtimeDatabase;
  readonly topics: Topics;
  readonly presences: Presences;
  readonly counters: {
    readonly joins: RateCounter;
    readonly messages: RateCounter;
    readonly presence: RateCounter;
  };
  readonly clock: Clock;
  readonly log: (line: string) => void;
}
