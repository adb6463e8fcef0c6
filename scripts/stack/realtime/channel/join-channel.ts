/** Answers `phx_join`. */

import { identify } from "../authorization/identity.ts";
import { CallWindow } from "../limits/call-window.ts";
import type { Services } from "../services.ts";
import type { Connection } from "../socket/connection.ts";
import type { Broadcast, Message } from "../wire/message.ts";
import { authorizeReading } from "./authorize-channel.ts";
import { beginChannel } from "./begin-channel.ts";
import { Channel } from "./channel.ts";
import { closeChannel } from "./close-channel.ts";
import { JoinError, toJoinError } from "./join-error.ts";
import { type ChannelConfig, readJoin } from "./read-join.ts";

export interface JoinOptions {
  connection: Connection;
  message: Message;
}

const PREFIX = "realtime:";

export async function joinChannel(services: Services, { connection, message }: JoinOptions): Promise<void> {
  const existing = connection.channels.get(message.topic);
  if (existing) {
    existing.pushClose();
    closeChannel(services, existing);
  }
  if (!message.topic.startsWith(PREFIX)) {
    return connection.reply(message, "error", { reason: "unmatched topic" });
  }
  connection.pendingJoins += 1;
  try {
    const { channel, replay } = await admit(services, { connection, message });
    if (connection.isOpen) beginChannel(services, { channel, ref: message.ref, replay });
  } catch (error) {
    await refuse(services, { connection, message, error });
  } finally {
    connection.pendingJoins -= 1;
  }
}

async function refuse(
  { limits, clock, log }: Services,
  { connection, message, error }: JoinOptions & { error: unknown },
): Promise<void> {
  const topic = message.topic.slice(PREFIX.length);
  const { code, message: reason, isFinal } = toJoinError(error, topic);
  if (!(error instanceof JoinError)) log(`Realtime refused to join "${topic}": ${error}`);
  if (limits.joinErrorDelayMs > 0) {
    await new Promise<void>((resolve) => clock.setTimer(resolve, limits.joinErrorDelayMs));
  }
  connection.reply(message, "error", { reason: `${code}: ${reason}` });
  if (isFinal) connection.close(1000, reason);
}

async function admit(
  services: Services,
  { connection, message }: JoinOptions,
): Promise<{ channel: Channel; replay: Broadcast[] }> {
  const { limits, counters, clock, database } = services;
  const topic = message.topic.slice(PREFIX.length);
  const { config, accessToken } = readJoin(message.payload);
  if (topic === "") throw new JoinError("TopicNameRequired", "You must provide a topic name");
  if (services.privateOnly && !config.isPrivate) {
    throw new JoinError("PrivateOnly", "This project only allows private channels");
  }
  if (counters.joins.isExceeded()) {
    throw new JoinError("ClientJoinRateLimitReached", "Too many joins per second", { isFinal: true });
  }
  counters.joins.add();
  if (connection.channels.size + connection.pendingJoins > limits.channelsPerConnection) {
    throw new JoinError("ChannelRateLimitReached", "Too many channels");
  }
  const hasToken = accessToken !== undefined && !accessToken.startsWith("sb_");
  // Checked again also without a token of its own: that of the connection may have expired by now.
  const identity = await identify(hasToken ? accessToken : connection.identity.token, services.identity);
  await database.connect();
  const { headers } = connection;
  const permissions = await authorizeReading(services, { identity, topic, config, headers });
  const replay = await readReplay(services, { topic, config, isReader: permissions.read.broadcast === true });
  const { presenceCallsPerWindow: calls, presenceWindowMs: windowMs } = limits;
  const presenceCalls = new CallWindow({ calls, windowMs, clock });
  const { joinRef } = message;
  const channel = new Channel({
    ...{ connection, topic, joinRef, config, identity, permissions, presenceCalls },
  });
  return { channel, replay };
}

async function readReplay(
  { database }: Services,
  { topic, config, isReader }: { topic: string; config: ChannelConfig; isReader: boolean },
): Promise<Broadcast[]> {
  const { replay, isPrivate } = config;
  if (!replay) return [];
  if (!isPrivate) {
    throw new JoinError("UnableToReplayMessages", "Replay is not allowed for public channels");
  }
  const { since, limit } = replay;
  if (!isReader || !Number.isInteger(since) || !Number.isInteger(limit)) {
    throw new JoinError("UnableToReplayMessages", "Replay params are not valid");
  }
  return await database.readReplay(topic, { since: Number(since), limit: Number(limit) });
}
