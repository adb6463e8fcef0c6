/** Gives a message of a client to what it is meant for. */

import { changePresence } from "../channel/change-presence.ts";
import { leaveChannel } from "../channel/close-channel.ts";
import { joinChannel } from "../channel/join-channel.ts";
import { refreshToken } from "../channel/refresh-token.ts";
import { sendBroadcast } from "../channel/send-broadcast.ts";
import type { Services } from "../services.ts";
import type { IncomingMessage } from "../wire/message.ts";
import type { Connection } from "./connection.ts";

export async function dispatchMessage(
  services: Services,
  { connection, message }: { connection: Connection; message: IncomingMessage },
): Promise<void> {
  const { topic, event, joinRef } = message;
  if (topic === "phoenix" && event === "heartbeat") return connection.reply(message, "ok");
  if (event === "phx_join") return await joinChannel(services, { connection, message });
  const channel = connection.channels.get(topic);
  if (!channel) {
    if (event === "phx_leave") return connection.reply(message, "ok");
    return connection.reply(message, "error", { reason: "unmatched topic" });
  }
  // Meant for an earlier join of the topic.
  if (joinRef !== null && joinRef !== channel.joinRef) return;
  switch (event) {
    case "phx_leave":
      return leaveChannel(services, { channel, ref: message.ref });
    case "access_token":
      return await refreshToken(services, { channel, payload: message.payload });
    case "broadcast":
      return await sendBroadcast(services, { channel, message });
    case "presence":
      return await changePresence(services, { channel, message });
    default:
      services.counters.messages.add();
  }
}
