/** Answers `presence`: a client shows itself on its topic, or no longer does. */

import type { Services } from "../services.ts";
import { contentSize } from "../wire/content-size.ts";
import { isRecord } from "../wire/decode-frame.ts";
import type { IncomingMessage } from "../wire/message.ts";
import { authorizeWriting } from "./authorize-channel.ts";
import type { Channel } from "./channel.ts";
import { shutDownChannel } from "./close-channel.ts";
import { sendPresenceDiff } from "./send-presence-diff.ts";

export async function changePresence(
  services: Services,
  { channel, message }: { channel: Channel; message: IncomingMessage },
): Promise<void> {
  const { ref, payload } = message;
  if (!channel.presenceCalls.take()) {
    return shutDownChannel(services, channel, "Client presence rate limit exceeded");
  }
  const event = isRecord(payload) ? String(payload.event).toLowerCase() : "";
  if (event === "track") return await track(services, { channel, message });
  if (event !== "untrack") return channel.reply(ref, "error");
  const diff = services.presences.untrack(channel);
  if (diff) sendPresenceDiff(services, { channel, diff });
  channel.reply(ref, "ok");
}

async function track(
  services: Services,
  { channel, message }: { channel: Channel; message: IncomingMessage },
): Promise<void> {
  const { counters, limits, presences, log } = services;
  const { ref } = message;
  const shown = isRecord(message.payload) ? message.payload.payload ?? {} : undefined;
  if (!isRecord(shown)) {
    return channel.reply(ref, "error", { reason: "Presence track payload must be a map" });
  }
  const isAllowed = await authorizePresence(services, channel).catch((error) => {
    log(`Realtime cannot judge a presence on "${channel.topic}": ${error}`);
    return false;
  });
  if (!channel.isOpen) return;
  if (!isAllowed) return channel.reply(ref, "error");
  if (contentSize({ encoding: "json", text: JSON.stringify(shown) }) > limits.payloadBytes) {
    return shutDownChannel(services, channel, "Track message size exceeded");
  }
  if (counters.presence.isExceeded()) {
    return shutDownChannel(services, channel, "Too many presence messages per second");
  }
  counters.presence.add();
  const diff = presences.track(channel, shown);
  if (diff) sendPresenceDiff(services, { channel, diff });
  channel.reply(ref, "ok");
}

/** A channel that did not ask for presence when it joined has not been judged as a reader of it yet. */
async function authorizePresence(services: Services, channel: Channel): Promise<boolean> {
  const { identity, topic, connection: { headers } } = channel;
  if (channel.permissions.read.presence === undefined) {
    const { presence } = await services.database.judgeReading({
      ...{ identity, topic, headers },
      extensions: ["presence"],
    });
    const { permissions } = channel;
    channel.permissions = { ...permissions, read: { ...permissions.read, presence: presence === true } };
  }
  return (await authorizeWriting(services, channel)).presence === true;
}
