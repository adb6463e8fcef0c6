/** The ends of a channel: the client leaves, the server shuts it, the connection is gone. */

import type { Services } from "../services.ts";
import type { Channel } from "./channel.ts";
import { sendPresenceDiff } from "./send-presence-diff.ts";

/** Forgets the channel without a word to its client; the others learn that its presence left. */
export function closeChannel(services: Services, channel: Channel): void {
  if (!channel.isOpen) return;
  channel.isOpen = false;
  channel.cancelExpiry();
  const { connection, wireTopic } = channel;
  if (connection.channels.get(wireTopic) === channel) connection.channels.delete(wireTopic);
  services.topics.leave(channel);
  const diff = services.presences.untrack(channel);
  if (diff) sendPresenceDiff(services, { channel, diff });
}

export function leaveChannel(
  services: Services,
  { channel, ref }: { channel: Channel; ref: string | null },
): void {
  channel.reply(ref, "ok");
  channel.pushClose();
  closeChannel(services, channel);
}

/** Says why, in a `system` message, and closes; the official client does not join again by itself. */
export function shutDownChannel(services: Services, channel: Channel, reason: string): void {
  if (!channel.isOpen) return;
  channel.pushSystem("error", reason);
  channel.pushClose();
  closeChannel(services, channel);
}
