/** Realtime of the stack: channels over WebSockets and broadcasts over HTTP, as the official client expects them. */

import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { type Clock, systemClock } from "../functions/clock.ts";
import type { IdentityOptions } from "./authorization/identity.ts";
import { shutDownChannel } from "./channel/close-channel.ts";
import { RealtimeDatabase } from "./database/realtime-database.ts";
import { RateCounter } from "./limits/rate-counter.ts";
import { FREE_PLAN_LIMITS } from "./limits/realtime-limits.ts";
import type { Realtime, RealtimeOptions } from "./realtime.ts";
import { answerBroadcast } from "./rest/answer-broadcast.ts";
import type { Services } from "./services.ts";
import { admitUpgrade } from "./socket/admit-upgrade.ts";
import { Connection } from "./socket/connection.ts";
import { refuseUpgrade } from "./socket/refuse-upgrade.ts";
import { type ServedSocket, serveSocket } from "./socket/serve-socket.ts";
import { FaultyNetwork } from "./topics/faults.ts";
import { Presences } from "./topics/presences.ts";
import { Topics } from "./topics/topics.ts";

export interface StartRealtimeOptions extends RealtimeOptions {
  /** Of the superuser. The database is not asked before the first join. */
  dbUrl: string;
  identity: IdentityOptions;
  clock?: Clock;
  log: (line: string) => void;
}

export function startRealtime(options: StartRealtimeOptions): Realtime {
  const { clock = systemClock, log } = options;
  const network = new FaultyNetwork(clock.setTimer);
  const services = createServices(options, network);
  const server = new WebSocketServer({
    noServer: true,
    // A longer frame is read to its end, so that its sender sees why it is disconnected.
    maxPayload: services.limits.frameBytes * 2,
    perMessageDeflate: false,
  });
  const sockets = new Set<ServedSocket>();
  let connectionIds = 0;

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const admission = await admitUpgrade(services, { request, connectionCount: sockets.size });
    if ("error" in admission) return refuseUpgrade(socket, admission);
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection({ ...admission, id: ++connectionIds, socket: webSocket });
      const served = serveSocket(services, {
        ...{ socket: webSocket, connection },
        onGone: () => sockets.delete(served),
      });
      sockets.add(served);
    });
  }

  async function restart(): Promise<void> {
    network.clear();
    for (const socket of [...sockets]) socket.cut();
    for (const counter of Object.values(services.counters)) counter.reset();
    await services.database.disconnect();
  }

  return {
    handleUpgrade(request, socket, head) {
      upgrade(request, socket, head).catch((error) => {
        log(`Realtime cannot open a connection: ${error}`);
        socket.destroy();
      });
    },
    answer: (request) => answerBroadcast(services, request),
    get faults() {
      return network.decide;
    },
    set faults(decide) {
      network.decide = decide;
    },
    get connectionCount() {
      return sockets.size;
    },
    channelCount: (topic) =>
      [true, false].flatMap((isPrivate) => services.topics.members({ topic, isPrivate })).length,
    restart,
    async stop() {
      await restart();
      await services.database.end();
    },
  };
}

function createServices(options: StartRealtimeOptions, network: FaultyNetwork): Services {
  const { dbUrl, identity, privateOnly = false, clock = systemClock, log } = options;
  const limits = { ...FREE_PLAN_LIMITS, ...options.limits };
  const counters = {
    joins: new RateCounter(limits.joinsPerSecond, clock),
    messages: new RateCounter(limits.messagesPerSecond, clock),
    presence: new RateCounter(limits.presenceMessagesPerSecond, clock),
  };
  const topics = new Topics({
    ...{ network, messages: counters.messages },
    onOverload: (channel) => shutDownChannel(services, channel, "Too many messages per second"),
  });
  const database = new RealtimeDatabase({
    ...{ dbUrl, clock, log },
    onMessage({ broadcast, ...address }) {
      if (!counters.messages.isExceeded()) topics.broadcast(address, broadcast);
    },
  });
  const presences = new Presences();
  const services = { limits, privateOnly, identity, database, topics, presences, counters, clock, log };
  return services;
}
