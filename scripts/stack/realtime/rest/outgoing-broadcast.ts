/** A broadcast that came over HTTP. */

import type { Broadcast } from "../wire/message.ts";

export interface OutgoingBroadcast {
  readonly topic: string;
  readonly isPrivate: boolean;
  readonly broadcast: Broadcast;
}
