/** The channels of one watcher: the topic it hears the session on, and for an owner the one observers are present on. */
import { joinTopic, type Membership } from "../channels/channel-hub.ts";
import type { SupabasePort } from "../channels/supabase-port.ts";
import type { Clock } from "../ports.ts";
import type { WatchGrant, WatchRole } from "../protocol.ts";
import { toParticipants } from "./to-participants.ts";
import type { Participant } from "./watch-state.ts";

export interface WatchedTopicsOptions {
  supabase: SupabasePort;
  ports: { clock: Clock; createId(): string };
  hasPresence: boolean;
  onMessage(message: unknown): void;
  /** What is said from now on is heard. */
  onLive(): void;
  onPresence(): void;
  onDown(reason: string): void;
}

interface Place {
  topic: string;
  membership: Membership;
}

export class WatchedTopics {
  readonly #options: WatchedTopicsOptions;
  #main: Place | null = null;
  /** Heard until the new generation is. */
  #former: Place | null = null;
  #observers: Place | null = null;
  #role: WatchRole | null = null;
  #isTyping = false;

  constructor(options: WatchedTopicsOptions) {
    this.#options = options;
  }

  /** Joins what the grant names, and leaves what it does not. */
  join({ role, topic, observersTopic = null }: WatchGrant): void {
    this.#role = role;
    if (this.#main?.topic !== topic) {
      this.#former?.membership.leave();
      this.#former = this.#main;
      this.#main = this.#joinMain(topic);
    }
    if (!this.#options.hasPresence || this.#observers?.topic === observersTopic) return this.#show();
    this.#observers?.membership.leave();
    this.#observers = observersTopic === null ? null : this.#joinObservers(observersTopic);
    this.#show();
  }

  leave(): void {
    for (const place of [this.#main, this.#former, this.#observers]) place?.membership.leave();
    this.#main = this.#former = this.#observers = null;
  }

  /** The channel says that it lives, but nothing comes. */
  renew(): void {
    this.#main?.membership.renew();
  }

  set isTyping(isTyping: boolean) {
    this.#isTyping = isTyping;
    this.#show();
  }

  get participants(): Participant[] {
    const main = this.#main?.membership.presences() ?? [];
    return toParticipants({
      role: this.#role,
      main,
      observers: this.#observers?.membership.presences() ?? [],
    });
  }

  #show(): void {
    const { hasPresence } = this.#options;
    if (!hasPresence || this.#role === null) return;
    const presence = { role: this.#role, typing: this.#isTyping };
    this.#main?.membership.show(presence);
    this.#observers?.membership.show(presence);
  }

  #joinMain(topic: string): Place {
    const { onDown, onLive, onMessage, onPresence } = this.#options;
    const place: Place = {
      topic,
      membership: this.#joinTopic(topic, {
        onMessage: ({ payload }) => onMessage(payload),
        onLive: () => {
          if (this.#main !== place) return;
          this.#former?.membership.leave();
          this.#former = null;
          onLive();
        },
        onPresence,
        onDown: (reason) => {
          if (this.#main === place) onDown(reason);
        },
      }),
    };
    return place;
  }

  #joinObservers(topic: string): Place {
    const place: Place = {
      topic,
      membership: this.#joinTopic(topic, {
        // The owner hears the same on the own topic.
        onMessage: () => {},
        onLive: () => {},
        onPresence: this.#options.onPresence,
        onDown: () => {
          // The next grant joins it again.
          if (this.#observers === place) this.#observers = null;
          this.#options.onPresence();
        },
      }),
    };
    return place;
  }

  #joinTopic(topic: string, listener: Parameters<typeof joinTopic>[1]["listener"]): Membership {
    const { supabase, ports, hasPresence } = this.#options;
    return joinTopic(supabase, { topic, hasPresence, ...ports, listener });
  }
}
