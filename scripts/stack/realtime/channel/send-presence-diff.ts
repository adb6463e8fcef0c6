/** Tells everyone on a topic who came and who left. */

import type { Services } from "../services.ts";
import type { PresenceDiff } from "../topics/presences.ts";
import type { Channel } from "./channel.ts";

export function sendPresenceDiff(
  services: Services,
  { channel, diff }: { channel: Channel; diff: PresenceDiff },
): void {
  const { topic, config: { isPrivate } } = channel;
  const receivers = services.topics.members({ topic, isPrivate }).filter(({ permissions }) =>
    permissions.read.presence
  );
  for (const receiver of receivers) receiver.push("presence_diff", diff);
  services.counters.presence.add(receivers.length);
}
