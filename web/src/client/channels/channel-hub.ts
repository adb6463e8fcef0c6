/** The channels of one Supabase client: two listeners of a topic share its channel, because the client has one a topic. */
import type { Clock } from "../ports.ts";
import { type ChannelListener, SharedChannel } from "./shared-channel.ts";
import type { SupabasePort } from "./supabase-port.ts";

/** A place at a channel, until the channel goes down. */
export interface Membership {
  /** Shows this client to the others. */
  show(presence: Record<string, unknown>): void;
  /** The others. */
  presences(): { key: string; presence: unknown }[];
  /** Gives the channel up for all who are at it: it says that it lives, but nothing comes. */
  renew(): void;
  leave(): void;
}

export interface JoinOptions {
  topic: string;
  hasPresence: boolean;
  clock: Clock;
  createId(): string;
  listener: ChannelListener;
}

interface Hub {
  /** This client among those present, the same on every topic. */
  presenceKey: string;
  channels: Map<string, SharedChannel>;
}

const hubs = new WeakMap<SupabasePort, Hub>();

/** Joins a private topic. The end of the channel is the end of the membership. */
export function joinTopic(supabase: SupabasePort, options: JoinOptions): Membership {
  const { topic, clock, hasPresence, createId, listener } = options;
  const hub: Hub = hubs.get(supabase) ?? { presenceKey: createId(), channels: new Map() };
  hubs.set(supabase, hub);
  const current = hub.channels.get(topic);
  // Presence is settled at the join: who listens there already comes back to the channel that has it.
  if (hasPresence && current?.hasPresence === false) current.renew();
  const channel = current && !current.isGone ? current : new SharedChannel({
    supabase,
    clock,
    topic,
    presenceKey: hasPresence ? hub.presenceKey : null,
    predecessor: current?.removal ?? Promise.resolve(),
  });
  hub.channels.set(topic, channel);
  channel.add(listener);
  return {
    show: (presence) => channel.show(listener, presence),
    presences: () => hasPresence ? channel.presences().filter(({ key }) => key !== hub.presenceKey) : [],
    renew: () => channel.renew(),
    leave: () => {
      channel.remove(listener);
      if (channel.isGone) void forget(hub, { topic, channel });
    },
  };
}

async function forget({ channels }: Hub, { topic, channel }: { topic: string; channel: SharedChannel }) {
  await channel.removal;
  if (channels.get(topic) === channel) channels.delete(topic);
}
