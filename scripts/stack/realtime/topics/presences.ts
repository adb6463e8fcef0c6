/** Who shows themselves on which topic. */

import type { Channel } from "../channel/channel.ts";

type Meta = Record<string, unknown> & { phx_ref: string };

/** By presence key; one key may be shown by several channels. */
export type PresenceList = Record<string, { metas: Meta[] }>;

export interface PresenceDiff {
  readonly joins: PresenceList;
  readonly leaves: PresenceList;
}

interface Entry {
  readonly presenceKey: string;
  readonly payload: Record<string, unknown>;
  readonly meta: Meta;
}

export class Presences {
  readonly #topics = new Map<string, Map<Channel, Entry>>();
  #refs = 0;

  /** Undefined when the channel already shows just this. */
  track(channel: Channel, payload: Record<string, unknown>): PresenceDiff | undefined {
    const entries = this.#topics.get(channel.key) ?? new Map<Channel, Entry>();
    const before = entries.get(channel);
    if (before && JSON.stringify(before.payload) === JSON.stringify(payload)) return undefined;
    const presenceKey = channel.config.presence.key;
    const meta: Meta = { ...payload, phx_ref: `ref-${++this.#refs}` };
    if (before) meta.phx_ref_prev = before.meta.phx_ref;
    this.#topics.set(channel.key, entries.set(channel, { presenceKey, payload, meta }));
    return { joins: listOf([{ presenceKey, meta }]), leaves: before ? listOf([before]) : {} };
  }

  /** Undefined when the channel shows nothing. */
  untrack(channel: Channel): PresenceDiff | undefined {
    const entries = this.#topics.get(channel.key);
    const before = entries?.get(channel);
    if (!entries || !before) return undefined;
    entries.delete(channel);
    if (entries.size === 0) this.#topics.delete(channel.key);
    return { joins: {}, leaves: listOf([before]) };
  }

  list(channel: Channel): PresenceList {
    return listOf(this.#topics.get(channel.key)?.values() ?? []);
  }
}

function listOf(entries: Iterable<Pick<Entry, "presenceKey" | "meta">>): PresenceList {
  // Without a prototype: a key is any text of a client.
  const list: PresenceList = Object.create(null);
  for (const { presenceKey, meta } of entries) (list[presenceKey] ??= { metas: [] }).metas.push(meta);
  return list;
}
