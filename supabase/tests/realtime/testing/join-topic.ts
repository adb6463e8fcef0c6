/** Joins a topic with the official client and collects what it tells. */
import type { RealtimeChannel, RealtimeChannelOptions, SupabaseClient } from "@supabase/supabase-js";
import { Inbox } from "./inbox.ts";

export interface Received {
  event: string;
  payload?: unknown;
  meta?: { id: string; replayed?: boolean };
}

export interface SystemMessage {
  extension: string;
  status: string;
  message: string;
}

export interface Status {
  status: string;
  reason: string;
}

export interface Joined {
  readonly channel: RealtimeChannel;
  readonly received: Inbox<Received>;
  readonly system: Inbox<SystemMessage>;
  readonly statuses: Inbox<Status>;
  /** Each time the presence state is in step: who is there, by key. */
  readonly presence: Inbox<Record<string, Record<string, unknown>[]>>;
}

export type JoinConfig = RealtimeChannelOptions["config"];

/** Whatever the answer is; the first of `statuses` tells. */
export async function knock(client: SupabaseClient, topic: string, config: JoinConfig = {}): Promise<Joined> {
  if (client.realtime.accessTokenValue === null) await client.realtime.setAuth(); // a join would not wait for it
  const channel = client.channel(topic, { config });
  const joined: Joined = {
    channel,
    received: new Inbox(`broadcasts of "${topic}"`),
    system: new Inbox(`system messages of "${topic}"`),
    statuses: new Inbox(`statuses of "${topic}"`),
    presence: new Inbox(`presence of "${topic}"`),
  };
  channel
    .on("broadcast", { event: "*" }, ({ event, payload, meta }) => {
      joined.received.push({ event, payload, ...(meta ? { meta } : {}) });
    })
    .on("system", {}, (message) => joined.system.push(message));
  if (config.presence) {
    channel.on("presence", { event: "sync" }, () => joined.presence.push(shownIn(channel)));
  }
  channel.subscribe((status, error) => joined.statuses.push({ status, reason: error?.message ?? "" }));
  return joined;
}

/** Rejects when the channel is refused. */
export async function join(client: SupabaseClient, topic: string, config?: JoinConfig): Promise<Joined> {
  const joined = await knock(client, topic, config);
  const { status, reason } = await joined.statuses.next();
  if (status !== "SUBSCRIBED") throw new Error(`Cannot join "${topic}": ${status} ${reason}`);
  return joined;
}

/** The answer to a join that must not succeed. */
export async function refusal(client: SupabaseClient, topic: string, config?: JoinConfig): Promise<string> {
  const { status, reason } = await (await knock(client, topic, config)).statuses.next();
  if (status !== "CHANNEL_ERROR") throw new Error(`Expected a refusal of "${topic}", got ${status}`);
  return reason;
}

function shownIn(channel: RealtimeChannel): Record<string, Record<string, unknown>[]> {
  return Object.fromEntries(
    Object.entries(channel.presenceState()).map(([key, metas]) => [
      key,
      metas.map(({ presence_ref: _ref, ...shown }) => shown),
    ]),
  );
}
