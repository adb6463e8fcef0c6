/** Who else is in a session that this tab drives over a socket, and showing them that somebody types here. */
import { accessTokenOf } from "../channels/access-token-of.ts";
import { askRpc } from "../channels/ask-supabase.ts";
import { ChannelConnection } from "../channels/channel-connection.ts";
import type { SupabasePort } from "../channels/supabase-port.ts";
import { Listeners } from "../listeners.ts";
import { type SessionPorts, toDefaultPorts } from "../ports.ts";
import { watchGrantSchema } from "../protocol.ts";
import type { GetAccessToken } from "../token-refresh.ts";
import type { Participant } from "./watch-state.ts";
import { WatchedTopics } from "./watched-topics.ts";

/** A person who types says so every few seconds. */
const TYPING_MS = 6_000;
/** Three looks within: what other tabs do with invitations is noticed by then. */
const TOPICS_HOLD_MS = 180_000;

/** Where to appear; nothing about the log, which the socket brings. */
const topicsSchema = watchGrantSchema.partial({ watchMs: true, epoch: true, lastSeq: true });
type Topics = ReturnType<typeof topicsSchema.parse>;

export interface SessionPresenceOptions extends Partial<SessionPorts> {
  /** A signed-in client of the official library. */
  supabase: SupabasePort;
  /** A session that exists. */
  sessionId: string;
  /** Needed only where `supabase` gets its tokens from elsewhere than Supabase Auth. */
  getAccessToken?: GetAccessToken;
}

/**
 * Joins in the background and stays until `close`. A session that is watched needs none: `watchSession` does the same.
 *
 * @example
 * const presence = new SessionPresence({ supabase, sessionId });
 * presence.subscribe(() => render(presence.state));
 */
export class SessionPresence {
  readonly #ports: SessionPorts;
  readonly #topics: WatchedTopics;
  readonly #connection: ChannelConnection<Topics>;
  readonly #listeners = new Listeners();
  readonly #stopObserving: () => void;
  #state: readonly Participant[] = [];
  #takeBackTyping = () => {};

  constructor({ supabase, sessionId, getAccessToken, ...given }: SessionPresenceOptions) {
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
      getAccessToken: getAccessToken ?? accessTokenOf(supabase, ports.clock),
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

  /** Calls `listener` after every change of `state`; the returned function unsubscribes. */
  readonly subscribe = (listener: () => void): () => void => this.#listeners.add(listener);

  /** Shows the others that somebody types here, until `false` or for some seconds. */
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
    this.#listeners.tell();
  }
}
