/** A session as its owner's other tab or an invited observer sees it. Created by `watchSession`. */
import { askRpc } from "../channels/ask-supabase.ts";
import { ChannelConnection } from "../channels/channel-connection.ts";
import type { SupabasePort } from "../channels/supabase-port.ts";
import { Listeners } from "../listeners.ts";
import { isAnswerExpected, isUnderWay } from "../is-answer-expected.ts";
import { openApprovalsOf, openQuestionOf } from "../open-interactions.ts";
import { withRecorded, withSettled } from "../pending-commands.ts";
import type { SessionPorts } from "../ports.ts";
import {
  channelMessageSchema,
  type DurableCommand,
  toWireError,
  type WatchGrant,
  watchGrantSchema,
  type WireError,
} from "../protocol.ts";
import { SessionCommands } from "../session-commands.ts";
import { withoutErrorOf, withRefusal } from "../session-error.ts";
import { isCaughtUp, messagesOf } from "../session-model.ts";
import type { PendingCommand } from "../session-state.ts";
import { submitCommand } from "../submit-command.ts";
import type { GetAccessToken } from "../token-refresh.ts";
import { CommandSender } from "./command-sender.ts";
import { readSessionRow } from "./read-session-row.ts";
import type { WatchState } from "./watch-state.ts";
import { WatchedLog } from "./watched-log.ts";
import { WatchedTopics } from "./watched-topics.ts";

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
  readonly #log: WatchedLog;
  readonly #topics: WatchedTopics;
  readonly #connection: ChannelConnection<WatchGrant>;
  readonly #sender: CommandSender;
  readonly #listeners = new Listeners();
  readonly #stopObserving: () => void;
  #role: WatchState["role"] = null;
  #state: WatchState;
  #grantCount = 0;
  #factCount = 0;
  #takeBackTyping = () => {};

  constructor(options: SessionWatchOptions) {
    super();
    const { ports } = options;
    this.#options = options;
    this.#log = new WatchedLog({
      ...options,
      onChange: () => this.#publish(),
      onFact: () => this.#factCount++,
      onShareRevoked: () => void this.#connection.renewGrant(),
      onDeaf: () => this.#topics.renew(),
      onFailure: (failure) => this.#connection.onFailure(failure),
    });
    this.#topics = new WatchedTopics({
      ...options,
      onLive: () => void this.#connection.onLive(),
      onDown: () => this.#connection.onDown(),
      onMessage: (payload) => this.#onMessage(payload),
      onPresence: () => this.#publish(),
    });
    this.#sender = new CommandSender({
      ...options,
      onRecorded: (command) => this.#onRecorded(command),
      onSettled: (command) => this.#onSettled(command),
      onRefused: (_command, error) => this.#log.apply({ type: "error", error }),
    });
    this.#connection = new ChannelConnection<WatchGrant>({
      ...options,
      ask: () => this.#askToWatch(),
      holdsForMs: ({ watchMs }) => watchMs,
      join: (grant) => this.#onGrant(grant),
      leave: () => this.#topics.leave(),
      renew: () => this.#topics.renew(),
      read: () => this.#log.read(),
      onState: () => this.#publish(),
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
  readonly subscribe = (listener: () => void): () => void => this.#listeners.add(listener);

  /** Shows the others that somebody types here, until `false` or for some seconds. Observers do not type. */
  setTyping(isTyping: boolean): void {
    this.#takeBackTyping();
    if (this.#role !== "owner") return;
    this.#topics.isTyping = isTyping;
    if (!isTyping) return;
    this.#takeBackTyping = this.#options.ports.clock.schedule(TYPING_MS, () => this.setTyping(false));
  }

  /** Connects now: skips a waiting time, or returns to a view that stopped, unless it was closed. */
  reconnect(): void {
    const { state } = this.#connection;
    if (state.status !== "stopped" || state.cause !== "closed") this.#connection.reconnect();
  }

  /** Leaves for good; the session goes on. */
  close(): void {
    this.#stopObserving();
    this.#takeBackTyping();
    this.#log.stop();
    this.#sender.stop();
    this.#connection.stop("closed");
  }

  protected override createId(): string {
    return this.#options.ports.createId();
  }

  protected override get activeTurnId(): string | undefined {
    return this.#log.model.facts.activeTurn?.turnId;
  }

  protected override submit(command: DurableCommand): void {
    this.#log.model = submitCommand(this.#log.model, command);
    this.setTyping(false);
    // Before the server has told the role, a command waits.
    if (this.#role !== null) this.#send(command);
  }

  protected override refuse(command: DurableCommand, error: WireError): void {
    this.#log.model = withRefusal(this.#log.model, { error, command });
  }

  override dismiss(commandId: string): void {
    this.#log.model = withoutErrorOf(this.#log.model, commandId);
  }

  #send(command: DurableCommand): void {
    if (this.#role === "owner") return this.#sender.send(command);
    const detail = "An observer can read this session, and do nothing in it.";
    this.#log.apply({ type: "error", error: toWireError("forbidden", { commandId: command.id, detail }) });
  }

  #askToWatch() {
    const { supabase, sessionId, ports } = this.#options;
    const parameters = { p_session_id: sessionId };
    return askRpc(supabase, {
      name: "watch_session",
      parameters,
      clock: ports.clock,
      answer: watchGrantSchema,
    });
  }

  #onGrant(grant: WatchGrant): void {
    const isFirst = this.#role === null;
    this.#role = grant.role;
    this.#topics.join(grant);
    if (isFirst) {
      for (const { command } of this.#log.model.facts.pending) this.#send(command);
      // The history is on the screen while the channel is still being joined.
      void this.#log.read();
    }
    if (this.#grantCount++ % LOOKS_EVERY === 0) void this.#readRow();
    this.#log.mark(grant);
  }

  #onMessage(payload: unknown): void {
    const parsed = channelMessageSchema.safeParse(payload);
    if (parsed.success) this.#log.hear(parsed.data);
  }

  /** Status, usage and summary, which have no seq, so that a lost broadcast of them leaves no gap. */
  async #readRow(): Promise<void> {
    const { supabase, sessionId, ports } = this.#options;
    const factCount = this.#factCount;
    const frames = await readSessionRow(supabase, { sessionId, clock: ports.clock });
    // What was broadcast meanwhile is newer.
    if (factCount !== this.#factCount) return;
    for (const frame of frames) this.#log.apply(frame);
  }

  #onRecorded(command: DurableCommand): void {
    const { facts, transcript } = this.#log.model;
    const isArrived = transcript.entries.some((entry) => entry.draft.message.id === command.id);
    this.#withPending(withRecorded(facts.pending, { command, isArrived }));
  }

  #onSettled(command: DurableCommand): void {
    this.#withPending(withSettled(this.#log.model.facts.pending, command));
    // Its effect is committed; the broadcast of it may have been lost.
    if (this.#log.model.facts.pending.some(({ command: { id } }) => id === command.id)) void this.#log.read();
  }

  #withPending(pending: readonly PendingCommand[]): void {
    const { model } = this.#log;
    this.#log.model = { ...model, facts: { ...model.facts, pending } };
  }

  #publish(): void {
    this.#state = this.#toState();
    const { activeTurn, connection } = this.#state;
    const isSpeaking = this.#state.isAnswerExpected || isUnderWay(activeTurn);
    this.#log.expect(isSpeaking && connection.status === "live");
    this.#listeners.tell();
  }

  #toState(): WatchState {
    const { model } = this.#log;
    const messages = messagesOf(model);
    return {
      ...model.facts,
      mode: null,
      connection: this.#connection.state,
      role: this.#role,
      participants: this.#topics.participants,
      isCaughtUp: isCaughtUp(model),
      isAnswerExpected: isAnswerExpected(model),
      messages,
      openApprovals: openApprovalsOf(messages, model.answers),
      openQuestion: openQuestionOf(messages, model.answers),
    };
  }
}
