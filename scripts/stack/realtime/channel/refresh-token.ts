/** Answers `access_token`: the channel goes on as whoever holds the new token, or ends. */

import { identify } from "../authorization/identity.ts";
import type { Extension } from "../authorization/permissions.ts";
import type { Services } from "../services.ts";
import { isRecord } from "../wire/decode-frame.ts";
import { authorizeReading } from "./authorize-channel.ts";
import type { Channel } from "./channel.ts";
import { shutDownChannel } from "./close-channel.ts";
import { JoinError, toJoinError } from "./join-error.ts";
import { watchExpiry } from "./watch-expiry.ts";

const EXTENSIONS: Extension[] = ["broadcast", "presence"];

export async function refreshToken(
  services: Services,
  { channel, payload }: { channel: Channel; payload: unknown },
): Promise<void> {
  const token = isRecord(payload) ? payload.access_token : undefined;
  if (typeof token !== "string" || token.startsWith("sb_") || token === channel.identity.token) return;
  const { topic, config: { isPrivate, presence }, connection: { headers }, permissions } = channel;
  const isEnabled = presence.isEnabled || permissions.read.presence !== undefined;
  try {
    const identity = await identify(token, services.identity);
    const config = { isPrivate, presence: { ...presence, isEnabled } };
    const fresh = await authorizeReading(services, { identity, topic, config, headers });
    if (EXTENSIONS.some((extension) => permissions.read[extension] && !fresh.read[extension])) {
      throw new JoinError(
        "Unauthorized",
        `You no longer have permission to read from this Channel topic: ${topic}`,
      );
    }
    if (!channel.isOpen) return;
    channel.identity = identity;
    channel.permissions = fresh;
    watchExpiry(services, channel);
  } catch (error) {
    shutDownChannel(services, channel, toJoinError(error, topic).message);
  }
}
