/** The sessions of the signed-in user as live state. Created by `sessionList`. */
import { backoffMs } from "../backoff.ts";
import { askRpc, type Failure } from "../channels/ask-supabase.ts";
import { ChannelConnection } from "../channels/channel-connection.ts";
import { joinTopic, type Membership } from "../channels/channel-hub.ts";
import type { SupabasePort } from "../channels/supabase-port.ts";
import { Listeners } from "../listeners.ts";
import type { SessionPorts } from "../ports.ts";
import { listedRowsSchema, type SessionChange, sessionChangeSchema, toUserTopic } from "../protocol.ts";
import { claimsOf } from "../token-claims.ts";
import type { GetAccessToken } from "../token-refresh.ts";
import { EMPTY_LIST, type ListModel, withChange, withRows, withSession } from "./list-model.ts";
import { OwnChanges } from "./own-changes.ts";
import type { SessionListState } from "./session-list-state.ts";
import { whenIdle } from "./when-idle.ts";

/** Three times within, the list is read again: a change that was lost leaves no gap to notice. */
const HOLDS_FOR_MS = 360_000;
const TYPING_PAUSE_MS = 250;
/** The most that a page may have. */
const PAGE_LIMIT = 50;

export interface LiveSessionListOptions {
  supabase: SupabasePort;
  getAccessToken: GetAccessToken;
  pageSize: number;
  ports: SessionPorts;
}

export class LiveSessionList {
  readonly #options: LiveSessionListOptions;
  readonly #connection: ChannelConnection<string>;
  readonly #listeners = new Listeners();
  readonly #stopObserving: () => void;
  readonly #own: OwnChanges;
  #list: ListModel = EMPTY_LIST;
  #query = "";
  #state: SessionListState;
  #membership: Membership | null = null;
  /** Heard while a page was on its way, which is older. */
  #meanwhile: SessionChange[] = [];
  /** The read that counts: what an earlier one brings is dropped. */
  #reading = 0;
  #hasRead = false;
  #more: Promise<void> | null = null;
  #moreFailures = 0;
  #isLoading = false;
  #isClosed = false;
  #takeBackSearch = () => {};

  constructor(options: LiveSessionListOptions) {
    this.#options = options;
    this.#own = new OwnChanges({
      supabase: options.supabase,
      clock: options.ports.clock,
      onChange: () => this.#publish(),
      onSaved: (change) => this.#list = withSession(this.#list, change),
    });
    this.#connection = new ChannelConnection<string>({
      ...options,
      ask: (accessToken) => Promise.resolve(toTopic(accessToken)),
      holdsForMs: () => HOLDS_FOR_MS,
      join: (topic) => this.#join(topic),
      leave: () => this.#leave(),
      renew: () => this.#membership?.renew(),
      read: () => this.#read(),
      onState: () => this.#publish(),
    });
    this.#state = this.#toState();
    this.#stopObserving = options.ports.observeEnvironment((signal) => this.#connection.onSignal(signal));
    void this.#connection.open();
  }

  /** The current snapshot; a new object after every change. */
  get state(): SessionListState {
    return this.#state;
  }

  /** Calls `listener` after every change of `state`; the returned function unsubscribes. */
  readonly subscribe = (listener: () => void): () => void => this.#listeners.add(listener);

  /** Shows what matches, in messages, titles and summaries; with an empty query, everything. Made for each key stroke. */
  search(query: string): void {
    if (query === this.#query) return;
    this.#query = query;
    // What is being read is no answer to this.
    this.#reading++;
    this.#isLoading = true;
    this.#readSoon();
    this.#publish();
  }

  /** Adds the next page; does nothing while one is on its way. */
  loadMore(): Promise<void> {
    this.#more ??= this.#loadMore().finally(() => this.#more = null);
    return this.#more;
  }

  /** A read of the list may be under way, or begin meanwhile: the page comes after it. */
  async #loadMore(): Promise<void> {
    const { pageSize } = this.#options;
    for (;;) {
      await whenIdle(this);
      const { cursor } = this.#list;
      if (cursor === null || this.#isClosed || this.#isLoading) return;
      this.#isLoading = true;
      this.#publish();
      const reading = ++this.#reading;
      const answer = await this.#ask(cursor, pageSize);
      if (reading !== this.#reading) continue;
      if (answer.ok) {
        const isLast = answer.value.length < pageSize;
        this.#list = withRows(this.#list, { rows: answer.value, isLast });
        this.#moreFailures = 0;
      } else {
        this.#connection.onFailure(answer.failure);
        // Whoever asks again as soon as it may must not ask without end.
        const { clock, random } = this.#options.ports;
        const waitMs = backoffMs(++this.#moreFailures, random);
        await new Promise<void>((resolve) => clock.schedule(waitMs, resolve));
        if (reading !== this.#reading) return;
      }
      return this.#onRead();
    }
  }

  /** @throws SupabaseRequestError; the list shows the old title again. */
  async rename(sessionId: string, title: string): Promise<void> {
    await this.#own.make({ sessionId, title }, { title });
  }

  /** The summary was shown. @throws SupabaseRequestError; it counts as unread again. */
  async markRead(sessionId: string): Promise<void> {
    await this.#own.make({ sessionId, isUnread: false }, { summary_read: true });
  }

  reconnect(): void {
    if (!this.#isClosed) this.#connection.reconnect();
  }

  close(): void {
    this.#isClosed = true;
    this.#reading++;
    this.#stopObserving();
    this.#takeBackSearch();
    this.#connection.stop("closed");
  }

  #join(topic: string): void {
    // Asked again although it is heard: to read what may have been lost.
    if (this.#membership) return void this.#read();
    const { supabase, ports } = this.#options;
    const membership = joinTopic(supabase, {
      topic,
      hasPresence: false,
      ...ports,
      listener: {
        onMessage: ({ payload }) => this.#onMessage(payload),
        onLive: () => void this.#connection.onLive(),
        onPresence: () => {},
        onDown: () => this.#membership === membership && this.#connection.onDown(),
      },
    });
    this.#membership = membership;
    // What is there is shown although the channel may be long in coming, or never come.
    if (!this.#hasRead) void this.#read();
  }

  #leave(): void {
    this.#membership?.leave();
    this.#membership = null;
  }

  #onMessage(payload: unknown): void {
    const parsed = sessionChangeSchema.safeParse(payload);
    if (!parsed.success) return;
    if (this.#isLoading) this.#meanwhile.push(parsed.data);
    else this.#apply(parsed.data);
    this.#publish();
  }

  #apply(change: SessionChange): void {
    const isSearch = this.#query.trim() !== "";
    this.#list = withChange(this.#list, { change, onlyKnown: isSearch });
    // What did not match may match now.
    if (isSearch && change.operation !== "delete") this.#readSoon();
  }

  #readSoon(): void {
    this.#takeBackSearch();
    this.#takeBackSearch = this.#options.ports.clock.schedule(TYPING_PAUSE_MS, () => void this.#read());
  }

  /** Reads as much as is shown, from the top. Resolves to `false` when that will not happen. */
  async #read(): Promise<boolean> {
    const { clock, random } = this.#options.ports;
    this.#takeBackSearch();
    const reading = ++this.#reading;
    this.#isLoading = true;
    this.#publish();
    for (let attempt = 1; reading === this.#reading; attempt++) {
      const read = await this.#readPages(reading);
      if (reading !== this.#reading) break;
      if (typeof read !== "string") {
        this.#list = read;
        this.#onRead();
        return true;
      }
      if (!this.#connection.onFailure(read)) return false;
      await new Promise<void>((resolve) => clock.schedule(backoffMs(attempt, random), resolve));
    }
    // Another read has begun since, and brings more than this one.
    return !this.#isClosed;
  }

  async #readPages(reading: number): Promise<ListModel | Failure> {
    const wanted = Math.max(this.#options.pageSize, this.#list.sessions.length);
    let list = EMPTY_LIST;
    do {
      const limit = Math.min(PAGE_LIMIT, wanted - list.sessions.length);
      const answer = await this.#ask(list.cursor, limit);
      if (!answer.ok) return answer.failure;
      list = withRows(list, { rows: answer.value, isLast: answer.value.length < limit });
    } while (reading === this.#reading && list.cursor !== null && list.sessions.length < wanted);
    return list;
  }

  #ask(cursor: ListModel["cursor"], limit: number) {
    const { supabase, ports } = this.#options;
    return askRpc(supabase, {
      name: "search_sessions",
      parameters: {
        p_query: this.#query.trim(),
        p_before: cursor?.lastActivityAt ?? null,
        p_before_id: cursor?.sessionId ?? null,
        p_limit: limit,
      },
      clock: ports.clock,
      answer: listedRowsSchema,
    });
  }

  #onRead(): void {
    this.#hasRead = true;
    this.#isLoading = false;
    for (const change of this.#meanwhile.splice(0)) this.#apply(change);
    this.#publish();
  }

  #publish(): void {
    this.#state = this.#toState();
    this.#listeners.tell();
  }

  #toState(): SessionListState {
    const { sessions, cursor } = this.#own.appliedTo(this.#list);
    return {
      connection: this.#connection.state,
      query: this.#query,
      sessions,
      hasMore: cursor !== null,
      isLoading: this.#isLoading,
      unreadCount: sessions.filter(({ isUnread }) => isUnread).length,
    };
  }
}

function toTopic(
  accessToken: string,
): { ok: true; value: string } | { ok: false; failure: Failure; message: string } {
  const userId = claimsOf(accessToken)?.sub;
  if (typeof userId === "string") return { ok: true, value: toUserTopic(userId) };
  return { ok: false, failure: "unauthorized", message: "The access token names no user" };
}
