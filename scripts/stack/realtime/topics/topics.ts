/** Who has joined what, and the way of a broadcast to all of them. */

import { type Channel, topicKey } from "../channel/channel.ts";
import type { RateCounter } from "../limits/rate-counter.ts";
import { encodeBroadcastFrame, type Frame } from "../wire/encode-frame.ts";
import type { Broadcast, WireVersion } from "../wire/message.ts";
import type { FaultyNetwork } from "./faults.ts";

export interface TopicsOptions {
  network: FaultyNetwork;
  messages: RateCounter;
  /** Called for a channel that received one message too many. */
  onOverload: (channel: Channel) => void;
}

export interface Address {
  readonly topic: string;
  readonly isPrivate: boolean;
}

export class Topics {
  readonly #options: TopicsOptions;
  readonly #channels = new Map<string, Set<Channel>>();

  constructor(options: TopicsOptions) {
    this.#options = options;
  }

  join(channel: Channel): void {
    const members = this.#channels.get(channel.key) ?? new Set();
    this.#channels.set(channel.key, members.add(channel));
  }

  leave(channel: Channel): void {
    const members = this.#channels.get(channel.key);
    members?.delete(channel);
    if (members?.size === 0) this.#channels.delete(channel.key);
  }

  members({ topic, isPrivate }: Address): Channel[] {
    return [...this.#channels.get(topicKey(topic, isPrivate)) ?? []];
  }

  broadcast(address: Address, broadcast: Broadcast, { except }: { except?: Channel } = {}): void {
    const frames = new Map<WireVersion, Frame | undefined>();
    const { network, messages, onOverload } = this.#options;
    messages.add();
    for (const channel of this.members(address)) {
      const isReplayed = channel.replayedIds.has(broadcast.meta?.id);
      if (channel === except || !channel.permissions.read.broadcast || isReplayed) continue;
      const { connection } = channel;
      const { version } = connection;
      if (!frames.has(version)) {
        frames.set(version, encodeBroadcastFrame(channel.wireTopic, { broadcast, version }));
      }
      const frame = frames.get(version);
      if (frame === undefined) continue;
      network.carry({ ...address, broadcast, connectionId: connection.id }, {
        receiver: channel,
        deliver: () => channel.isOpen && connection.sendFrame(frame),
      });
      messages.add();
      if (messages.isExceeded()) onOverload(channel);
    }
  }
}
