/** Shuts a channel when its token ends before a fresh one came. */

import { expiryError, hasExpired } from "../authorization/identity.ts";
import type { Services } from "../services.ts";
import type { Channel } from "./channel.ts";
import { shutDownChannel } from "./close-channel.ts";

/** A longer timer would not fit, and the time of day may be moved meanwhile. */
const MAX_WAIT_MS = 5 * 60 * 1000;

export function watchExpiry(services: Services, channel: Channel): void {
  channel.cancelExpiry();
  const { identity } = channel;
  const { expiresAt } = identity;
  if (expiresAt === undefined) return;
  const now = services.clock.date();
  if (hasExpired(identity, now)) {
    return shutDownChannel(services, channel, expiryError(expiresAt, now).message);
  }
  channel.cancelExpiry = services.clock.setTimer(
    () => watchExpiry(services, channel),
    Math.min(MAX_WAIT_MS, expiresAt * 1000 - now.getTime()),
  );
}
