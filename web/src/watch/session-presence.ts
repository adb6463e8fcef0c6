/** Who else is in a session that this tab drives over a socket, and showing them that somebody types here. */
import { accessTokenOf } from "../client/channels/access-token-of.ts";
import { askRpc } from "../client/channels/ask-supabase.ts";
import { ChannelConnection } from "../client/channels/channel-connection.ts";
import type { Participant, SupabasePort } from "../client/mod.ts";
import { type SessionPorts, toDefaultPorts } from "../client/ports.ts";
import { watchGrantSchema } from "../client/protocol.ts";
import { WatchedTopics } from "../client/watch/watched-topics.ts";

/** A person who types says so every few seconds. */
const TYPING_MS = 6_000;
/** Three looks within: what other tabs do with invitations is noticed by then. */
const TOPICS_HOLD_MS = 180_000;

/** Where to appear; nothing about the log, which the socket brings. */
const topicsSchema = watchGrantSchema.partial({ watchMs: true, epoch: true, lastSeq: true });
type Topics = ReturnType<typeof topicsSchema.parse>;

export class SessionPresence {
  readonly #ports: SessionPorts;
  readonly #topics: WatchedTopics;
  readonly #connection: ChannelConnection<Topics>;
  readonly #listeners = new Set<() => void>();
  readonly #stopObserving: () => void;
  #state: readonly Participant[] = [];
  #takeBackTyping = () => {};

  constructor(
    { supabase, sessionId, ...given }: { supabase: SupabasePort; sessionId: string } & Partial<SessionPorts>,
  ) {
    const ports = this.#ports = { ...toDefaultPorts(), ...given };
    this.#topics = new WatchedTopics({
      supabase,
      ports,
      hasPresence: true,
      onMessage: () => {},
      onLive: () => void this.#connection.onLive(),
      onDown: () => this.#connection.onDown(),
      onPresence: () => this.#publish(),
    });
    this.#connection = new ChannelConnection<Topics>({
      supabase,
      getAccessToken: accessTokenOf(supabase, ports.clock),
      ports,
      ask: () =>
        askRpc(supabase, {
          name: "session_topics",
          parameters: { p_session_id: sessionId },
          clock: ports.clock,
          answer: topicsSchema,
        }),
      holdsForMs: () => TOPICS_HOLD_MS,
      join: (topics) => this.#topics.join({ watchMs: TOPICS_HOLD_MS, epoch: 0, lastSeq: 0, ...topics }),
      leave: () => this.#topics.leave(),
      renew: () => this.#topics.renew(),
      read: () => Promise.resolve(true),
      onState: () => this.#publish(),
    });
    this.#stopObserving = ports.observeEnvironment((signal) => this.#connection.onSignal(signal));
    void this.#connection.open();
  }

  /** The others; a new array after every change. */
  get state(): readonly Participant[] {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setTyping(isTyping: boolean): void {
    this.#takeBackTyping();
    this.#topics.isTyping = isTyping;
    if (!isTyping) return;
    this.#takeBackTyping = this.#ports.clock.schedule(TYPING_MS, () => this.setTyping(false));
  }

  /** An invitation was made or taken back here. */
  renew(): void {
    void this.#connection.renewGrant();
  }

  close(): void {
    this.#stopObserving();
    this.#takeBackTyping();
    this.#connection.stop("closed");
  }

  #publish(): void {
    const participants = this.#topics.participants;
    if (JSON.stringify(participants) === JSON.stringify(this.#state)) return;
    this.#state = participants;
    for (const listener of this.#listeners) listener();
  }
}
