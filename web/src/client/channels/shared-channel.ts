/** One Realtime channel, from its join to its end, for everybody in this client who listens to its topic. */
import type { Clock } from "../ports.ts";
import { PresencePace } from "./presence-pace.ts";
import type { ChannelPort, SupabasePort } from "./supabase-port.ts";

/** How long a server that may not know of `replication_ready` is waited for. */
const READY_WITHIN_MS = 2_000;
/** A connection that is gone answers no leave. */
const LEAVE_WITHIN_MS = 1_000;

export interface ChannelListener {
  onMessage(message: { event: string; payload: unknown }): void;
  /** What is broadcast from now on arrives. May be told again: something may have been missed until then. */
  onLive(): void;
  /** Somebody came, left or changed. */
  onPresence(): void;
  /** The channel is gone and comes back only as a new one. Told once. */
  onDown(reason: string): void;
}

export interface SharedChannelOptions {
  supabase: SupabasePort;
  clock: Clock;
  topic: string;
  /** Its name among those present; `null` when presence is of no interest. */
  presenceKey: string | null;
  /** The channel of the same topic that was before this one. */
  predecessor: Promise<void>;
}

export class SharedChannel {
  readonly #options: SharedChannelOptions;
  readonly #listeners = new Map<ChannelListener, Record<string, unknown> | null>();
  #status: "joining" | "live" | "gone" = "joining";
  #channel: ChannelPort | null = null;
  #isJoined = false;
  #tracked = "";
  readonly #pace: PresencePace;
  #takeBackReady = () => {};
  #removal: Promise<void>;

  constructor(options: SharedChannelOptions) {
    this.#options = options;
    this.#pace = new PresencePace(options.clock, () => this.#trackNow());
    this.#removal = options.predecessor;
    // The official client finds channels by topic, also one that is leaving, and forgets all of a topic with it.
    void options.predecessor.then(() => this.#open());
  }

  /** Whether those who are there are known here, and know of this client. */
  get hasPresence(): boolean {
    return this.#options.presenceKey !== null;
  }

  get isGone(): boolean {
    return this.#status === "gone";
  }

  /** Settles when a new channel of this topic may be made. */
  get removal(): Promise<void> {
    return this.#removal;
  }

  add(listener: ChannelListener): void {
    this.#listeners.set(listener, null);
    // Never within the call that joins: who joins does not hold its membership yet.
    queueMicrotask(() => {
      if (this.#status === "live" && this.#listeners.has(listener)) listener.onLive();
    });
  }

  remove(listener: ChannelListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#end();
    else this.#track();
  }

  /** What a listener shows of itself to the others; all listeners here appear as one. */
  show(listener: ChannelListener, presence: Record<string, unknown>): void {
    if (!this.#listeners.has(listener)) return;
    this.#listeners.set(listener, presence);
    this.#track();
  }

  /** Who is there, by key, the newest state of each. */
  presences(): { key: string; presence: unknown }[] {
    const state = this.#isJoined ? this.#channel?.presenceState() ?? {} : {};
    return Object.entries(state).flatMap(([key, states]) => {
      const presence = states.at(-1);
      return presence === undefined ? [] : [{ key, presence }];
    });
  }

  renew(): void {
    if (!this.isGone) this.#onDown("The channel was given up");
  }

  #open(): void {
    if (this.isGone) return;
    const { supabase, topic, presenceKey } = this.#options;
    const channel = supabase.channel(topic, {
      config: {
        private: true,
        broadcast: { replication_ready: true },
        presence: { key: presenceKey ?? "", enabled: presenceKey !== null },
      },
    });
    this.#channel = channel;
    channel.on("broadcast", { event: "*" }, ({ event, payload }) => {
      this.#tell((listener) => listener.onMessage({ event, payload }));
    });
    channel.on("system", {}, (payload) => {
      if (isReplicationReady(payload)) this.#onReady();
    });
    if (presenceKey !== null) {
      channel.on("presence", { event: "sync" }, () => this.#tell((listener) => listener.onPresence()));
    }
    channel.subscribe((status, error) => {
      if (this.#channel !== channel) return;
      if (status === "SUBSCRIBED") this.#onJoined();
      else this.#onDown(error?.message ?? status);
    });
  }

  #onJoined(): void {
    this.#isJoined = true;
    this.#tracked = "";
    this.#track();
    this.#takeBackReady = this.#options.clock.schedule(READY_WITHIN_MS, () => this.#onReady());
  }

  #onReady(): void {
    this.#takeBackReady();
    if (this.isGone || !this.#isJoined) return;
    this.#status = "live";
    this.#tell((listener) => listener.onLive());
  }

  #onDown(reason: string): void {
    const listeners = [...this.#listeners.keys()];
    this.#listeners.clear();
    this.#end();
    for (const listener of listeners) listener.onDown(reason);
  }

  /** Without this, the official client would join again by itself, with the token of back then. */
  #end(): void {
    if (this.isGone) return;
    this.#status = "gone";
    this.#isJoined = false;
    this.#takeBackReady();
    this.#pace.stop();
    const channel = this.#channel;
    this.#channel = null;
    if (channel) this.#removal = leave(channel);
  }

  #track(): void {
    if (this.#untracked()) this.#pace.request();
  }

  #trackNow(): void {
    const presence = this.#untracked();
    if (!presence) return;
    this.#tracked = JSON.stringify(presence);
    this.#channel?.track(presence).catch(() => {
      this.#tracked = "";
    });
  }

  /** What is to be shown, unless the others see it already. */
  #untracked(): Record<string, unknown> | null {
    if (!this.#isJoined || this.#options.presenceKey === null) return null;
    const shown = [...this.#listeners.values()].flatMap((presence) => presence ? [presence] : []);
    if (shown.length === 0) return null;
    const presence = Object.assign({}, ...shown.toSorted(byTyping));
    return JSON.stringify(presence) === this.#tracked ? null : presence;
  }

  #tell(say: (listener: ChannelListener) => void): void {
    for (const listener of [...this.#listeners.keys()]) say(listener);
  }
}

async function leave(channel: ChannelPort): Promise<void> {
  // Not within the callback that reports the end: the official client is still at work on it.
  await Promise.resolve();
  await channel.unsubscribe(LEAVE_WITHIN_MS).catch(() => {});
  channel.teardown();
}

function isReplicationReady(payload: unknown): boolean {
  const { extension, status } = (payload ?? {}) as { extension?: unknown; status?: unknown };
  return extension === "system" && status === "ok";
}

/** Who types comes last, and so decides. */
function byTyping(left: Record<string, unknown>, right: Record<string, unknown>): number {
  return Number(left.typing === true) - Number(right.typing === true);
}
