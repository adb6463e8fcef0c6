/** A session as its owner's other tab or an invited observer sees it. Created by `watchSession`. */
import type { SupabasePort } from "../channels/supabase-port.ts";
import { openApprovalsOf, openQuestionOf } from "../open-interactions.ts";
import { withRecorded, withSettled } from "../pending-commands.ts";
import type { SessionPorts } from "../ports.ts";
import {
  type ChannelMessage,
  channelMessageSchema,
  type DurableCommand,
  type Frame,
  type SessionPage,
  toWireError,
  type WatchGrant,
} from "../protocol.ts";
import { reduceSessionState } from "../reduce-session-state.ts";
import { SessionCommands } from "../session-commands.ts";
import { createSessionModel, cursorOf, isCaughtUp, messagesOf, type SessionModel } from "../session-model.ts";
import type { PendingCommand } from "../session-state.ts";
import { submitCommand } from "../submit-command.ts";
import type { GetAccessToken } from "../token-refresh.ts";
import { CommandSender } from "./command-sender.ts";
import { LogReader } from "./log-reader.ts";
import { type Heard, isBehind, isCutTooFar, type MergedLog, withHeard, withPage } from "./merged-log.ts";
import { readSessionRow } from "./read-session-row.ts";
import { Silence } from "./silence.ts";
import { WatchConnection } from "./watch-connection.ts";
import type { WatchState } from "./watch-state.ts";

/** What overtook something on the way is there by then. */
const GAP_MS = 150;
/** The same after a read that did not fill the gap: what is missing is not durable yet. */
const GAP_AGAIN_MS = 400;
/** A person who types says so every few seconds. */
const TYPING_MS = 6_000;
/** How many grants are renewed between two looks at the session's row, whose changes have no seq. */
const LOOKS_EVERY = 3;

export interface SessionWatchOptions {
  supabase: SupabasePort;
  sessionId: string;
  getAccessToken: GetAccessToken;
  hasPresence: boolean;
  ports: SessionPorts;
}

export class SessionWatch extends SessionCommands {
  readonly #options: SessionWatchOptions;
  readonly #connection: WatchConnection;
  readonly #reader: LogReader;
  readonly #sender: CommandSender;
  readonly #silence: Silence;
  readonly #listeners = new Set<() => void>();
  readonly #stopObserving: () => void;
  #log: MergedLog;
  #role: WatchState["role"] = null;
  #state: WatchState;
  /** Heard while a page was on its way, which is older. */
  #meanwhile: ChannelMessage[] = [];
  #grantCount = 0;
  #factsCount = 0;
  #gapMs = GAP_MS;
  #takeBackGap: (() => void) | null = null;
  #takeBackTyping = () => {};

  constructor(options: SessionWatchOptions) {
    super();
    const { supabase, sessionId, ports } = options;
    this.#options = options;
    this.#log = { model: createSessionModel(sessionId), held: [] };
    this.#silence = new Silence({
      clock: ports.clock,
      onSilent: () => void this.#reader.read(),
      onDeaf: () => this.#connection.topics.renew(),
    });
    this.#reader = new LogReader({
      supabase,
      ports,
      sessionId,
      cursor: () => cursorOf(this.#log.model),
      onPage: (page, place) => this.#onPage(page, place),
      onIdle: () => this.#onRead(),
      onFailure: (failure) => this.#connection.onRefused(failure),
    });
    this.#sender = new CommandSender({
      supabase,
      sessionId,
      ports,
      onRecorded: (command) => this.#onRecorded(command),
      onSettled: (command) => this.#onSettled(command),
      onRefused: (_command, error) => this.#apply({ type: "error", error }),
    });
    this.#connection = new WatchConnection({
      ...options,
      onGrant: (grant) => this.#onGrant(grant),
      onMessage: (message) => this.#onMessage(message),
      onPresence: () => this.#publish(),
      onState: () => this.#onConnection(),
      read: () => this.#reader.read(),
    });
    this.#state = this.#toState();
    this.#stopObserving = ports.observeEnvironment((signal) => this.#connection.onSignal(signal));
    void this.#connection.open();
  }

  /** The current snapshot; a new object after every change. */
  get state(): WatchState {
    return this.#state;
  }

  /** Calls `listener` after every change of `state`; the returned function unsubscribes. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Shows the others that somebody types here, until `false` or for some seconds. Observers do not type. */
  setTyping(isTyping: boolean): void {
    this.#takeBackTyping();
    if (this.#role !== "owner") return;
    this.#connection.topics.isTyping = isTyping;
    if (!isTyping) return;
    this.#takeBackTyping = this.#options.ports.clock.schedule(TYPING_MS, () => this.setTyping(false));
  }

  /** Connects now: skips a waiting time, or returns to a view that stopped. */
  reconnect(): void {
    this.#connection.reconnect();
  }

  /** Leaves; the session goes on. */
  close(): void {
    this.#stopObserving();
    this.#reader.stop();
    this.#sender.stop();
    this.#connection.stop("closed");
  }

  protected override createId(): string {
    return this.#options.ports.createId();
  }

  protected override get activeTurnId(): string | undefined {
    return this.#log.model.facts.activeTurn?.turnId;
  }

  protected override submit(command: DurableCommand): string {
    this.#model = submitCommand(this.#model, command);
    this.setTyping(false);
    if (this.#role === "owner") this.#sender.send(command);
    if (this.#role === "observer") this.#refuse(command);
    this.#publish();
    return command.id;
  }

  get #model(): SessionModel {
    return this.#log.model;
  }

  set #model(model: SessionModel) {
    this.#log = { ...this.#log, model };
  }

  #refuse({ id: commandId }: DurableCommand): void {
    const detail = "An observer can read this session, and do nothing in it.";
    this.#apply({ type: "error", error: toWireError("forbidden", { commandId, detail }) });
  }

  #onGrant({ role, epoch, lastSeq }: WatchGrant): void {
    const isFirst = this.#role === null;
    this.#role = role;
    if (isFirst) {
      for (const { command } of this.#model.facts.pending) {
        if (role === "owner") this.#sender.send(command);
        else this.#refuse(command);
      }
      // The history is on the screen while the channel is still being joined.
      void this.#reader.read();
    }
    if (this.#grantCount++ % LOOKS_EVERY === 0) void this.#readRow();
    this.#hear([{ type: "mark", epoch, seqTo: lastSeq }]);
    this.#publish();
  }

  #onMessage(payload: unknown): void {
    const parsed = channelMessageSchema.safeParse(payload);
    if (!parsed.success) return;
    this.#silence.onHeard();
    if (this.#reader.isReading) this.#meanwhile.push(parsed.data);
    else this.#take([parsed.data]);
    this.#publish();
  }

  #take(messages: readonly ChannelMessage[]): void {
    const heard: Heard[] = [];
    for (const message of messages) {
      switch (message.type) {
        case "chunks":
        case "message":
        case "session.rewound":
          heard.push(message);
          break;
        case "share.revoked":
          void this.#connection.renewGrant();
          break;
        case "session.updated":
        case "session.ended":
          this.#factsCount++;
          this.#apply(message);
      }
    }
    this.#hear(heard);
  }

  #hear(heard: readonly Heard[]): void {
    this.#log = withHeard(this.#log, heard);
    if (!isBehind(this.#log)) {
      this.#takeBackGap?.();
      this.#takeBackGap = null;
      this.#gapMs = GAP_MS;
    } else if (!this.#reader.isReading) {
      this.#takeBackGap ??= this.#options.ports.clock.schedule(this.#gapMs, () => {
        this.#takeBackGap = null;
        this.#gapMs = GAP_AGAIN_MS;
        if (isBehind(this.#log)) void this.#reader.read();
      });
    }
  }

  #onPage(page: SessionPage, place: { isFirst: boolean }): "next" | "again" {
    const before = this.#model.transcript;
    this.#log = withPage(this.#log, page, place);
    if (this.#model.transcript !== before) this.#silence.onRead();
    this.#publish();
    return place.isFirst && isCutTooFar(this.#model, page) ? "again" : "next";
  }

  #onRead(): void {
    // What a rewind took back is not shown any longer than until the log has been read.
    this.#model = { ...this.#model, hold: null };
    this.#take(this.#meanwhile.splice(0));
    this.#publish();
  }

  /** Status, usage and summary, which have no seq; `ended` and the rest come with the pages, too. */
  async #readRow(): Promise<void> {
    const { supabase, sessionId, ports } = this.#options;
    const factsCount = this.#factsCount;
    const frames = await readSessionRow(supabase, { sessionId, clock: ports.clock });
    // What was broadcast meanwhile is newer.
    if (factsCount !== this.#factsCount) return;
    for (const frame of frames) this.#apply(frame);
  }

  #onRecorded(command: DurableCommand): void {
    const { facts, transcript } = this.#model;
    const isArrived = transcript.entries.some((entry) => entry.draft.message.id === command.id);
    this.#withPending(withRecorded(facts.pending, { command, isArrived }));
  }

  #onSettled(command: DurableCommand): void {
    this.#withPending(withSettled(this.#model.facts.pending, command));
    // Its effect is committed; the broadcast of it may have been lost.
    if (this.#model.facts.pending.some(({ command: { id } }) => id === command.id)) void this.#reader.read();
  }

  #withPending(pending: readonly PendingCommand[]): void {
    this.#model = { ...this.#model, facts: { ...this.#model.facts, pending } };
    this.#publish();
  }

  #onConnection(): void {
    if (this.#connection.state.status === "stopped") this.#silence.stop();
    this.#publish();
  }

  #apply(frame: Frame): void {
    this.#model = reduceSessionState(this.#model, frame).model;
    this.#publish();
  }

  #publish(): void {
    const { activeTurn, isAnswerExpected } = this.#model.facts;
    const isSpeaking = isAnswerExpected || activeTurn?.status === "running" ||
      activeTurn?.status === "queued";
    this.#silence.expect(isSpeaking && this.#connection.state.status === "live");
    this.#state = this.#toState();
    for (const listener of this.#listeners) listener();
  }

  #toState(): WatchState {
    const messages = messagesOf(this.#model);
    return {
      ...this.#model.facts,
      connection: this.#connection.state,
      role: this.#role,
      participants: this.#connection.topics.participants,
      isCaughtUp: isCaughtUp(this.#model),
      messages,
      openApprovals: openApprovalsOf(messages, this.#model.answeredIds),
      openQuestion: openQuestionOf(messages, this.#model.answeredIds),
    };
  }
}
