/** Asks for the permissions of a channel, each when it is first needed; a private one's are remembered. */

import type { Identity } from "../authorization/identity.ts";
import { type Permissions, PUBLIC_PERMISSIONS } from "../authorization/permissions.ts";
import type { Services } from "../services.ts";
import type { Channel } from "./channel.ts";
import { unauthorized } from "./join-error.ts";
import type { ChannelConfig } from "./read-join.ts";

export interface ReadingOptions {
  identity: Identity;
  topic: string;
  config: Pick<ChannelConfig, "isPrivate" | "presence">;
  headers: Record<string, string>;
}

/** Throws when the caller may receive nothing. What the caller may send is asked when it does. */
export async function authorizeReading(
  { database }: Services,
  { identity, topic, config, headers }: ReadingOptions,
): Promise<Permissions> {
  if (!config.isPrivate) return PUBLIC_PERMISSIONS;
  const read = await database.judgeReading({
    ...{ identity, topic, headers },
    extensions: config.presence.isEnabled ? ["broadcast", "presence"] : ["broadcast"],
  });
  if (!read.broadcast && !read.presence) throw unauthorized(topic);
  return { read, write: {} };
}

/** What the channel may send; asked once, until it joins again or brings a new token. */
export async function authorizeWriting(
  { database }: Services,
  channel: Channel,
): Promise<Permissions["write"]> {
  const { permissions, identity, topic, connection: { headers } } = channel;
  if (permissions.write.broadcast !== undefined) return permissions.write;
  const write = await database.judgeWriting({
    ...{ identity, topic, headers },
    extensions: ["broadcast", "presence"],
  });
  // A new token may have come meanwhile: its answer must not be that of the old one.
  if (channel.identity === identity) channel.permissions = { ...channel.permissions, write };
  return write;
}
