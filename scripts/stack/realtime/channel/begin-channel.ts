/** The first moments of a channel that may join. */

import type { Services } from "../services.ts";
import type { Broadcast } from "../wire/message.ts";
import { encodeBroadcastFrame } from "../wire/encode-frame.ts";
import type { Channel } from "./channel.ts";
import { shutDownChannel } from "./close-channel.ts";
import { watchExpiry } from "./watch-expiry.ts";

const REPLICATION_PATIENCE_MS = 60_000;
const NO_POSTGRES_CHANGES =
  "The embedded stack does not send Postgres changes: broadcast from a trigger instead";

/** Without a pause, so that nothing is sent to the channel before its join is answered. */
export function beginChannel(
  services: Services,
  { channel, ref, replay }: { channel: Channel; ref: string | null; replay: Broadcast[] },
): void {
  const { connection, config, wireTopic } = channel;
  connection.channels.set(wireTopic, channel);
  const postgresChanges = config.postgresChanges.map((change, index) => ({ ...change, id: index + 1 }));
  channel.reply(ref, "ok", { postgres_changes: postgresChanges });
  if (postgresChanges.length > 0) channel.pushSystem("error", NO_POSTGRES_CHANGES, "postgres_changes");
  for (const broadcast of replay) {
    channel.replayedIds.add(broadcast.meta?.id);
    const frame = encodeBroadcastFrame(wireTopic, { broadcast, version: connection.version });
    if (frame !== undefined) connection.sendFrame(frame);
  }
  services.topics.join(channel);
  if (config.presence.isEnabled && channel.permissions.read.presence) {
    channel.push("presence_state", services.presences.list(channel));
  }
  watchExpiry(services, channel);
  if (config.wantsReplicationReady) void announceReplication(services, channel);
}

async function announceReplication(services: Services, channel: Channel): Promise<void> {
  const isReady = await services.database.whenFollowing(REPLICATION_PATIENCE_MS);
  if (!channel.isOpen) return;
  if (isReady) return channel.pushSystem("ok", "Replication connection established");
  shutDownChannel(services, channel, "Replication connection was not established in time");
}
