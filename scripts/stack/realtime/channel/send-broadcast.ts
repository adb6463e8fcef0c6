/** Answers `broadcast`: what a client says to the others on its topic. */

import type { Services } from "../services.ts";
import { contentSize } from "../wire/content-size.ts";
import type { IncomingMessage } from "../wire/message.ts";
import { authorizeWriting } from "./authorize-channel.ts";
import type { Channel } from "./channel.ts";

/** Without permission nothing is sent and nothing answered, as on the platform. */
export async function sendBroadcast(
  services: Services,
  { channel, message }: { channel: Channel; message: IncomingMessage },
): Promise<void> {
  const { topics, limits, log } = services;
  const { topic, config: { isPrivate, self, ack } } = channel;
  const { broadcast, ref } = message;
  if (!broadcast) return channel.reply(ref, "error", { reason: "A broadcast needs an event" });
  const write = await authorizeWriting(services, channel).catch((error) => {
    log(`Realtime cannot judge a broadcast on "${topic}": ${error}`);
    return undefined;
  });
  if (!write?.broadcast || !channel.isOpen) return;
  if (contentSize(broadcast.content) > limits.payloadBytes) {
    return ack ? channel.reply(ref, "error", { reason: "payload_size_exceeded" }) : undefined;
  }
  topics.broadcast({ topic, isPrivate }, broadcast, self ? {} : { except: channel });
  if (ack) channel.reply(ref, "ok");
}
