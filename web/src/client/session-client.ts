/** One session as an application uses it: a snapshot to show, a few things to do. Created by `openSession`. */
import { isAnswerExpected } from "./is-answer-expected.ts";
import { openApprovalsOf, openQuestionOf } from "./open-interactions.ts";
import type { SessionPorts } from "./ports.ts";
import { CLOSE_CODES, type DurableCommand, type Frame, UNDECIDED_CODES, type WireError } from "./protocol.ts";
import { reduceSessionState } from "./reduce-session-state.ts";
import { Listeners } from "./listeners.ts";
import { restoreSession } from "./saved-session.ts";
import { SessionCommands } from "./session-commands.ts";
import { SessionConnection } from "./session-connection.ts";
import { withError, withoutErrorOf, withRefusal } from "./session-error.ts";
import {
  createSessionModel,
  cursorOf,
  isCaughtUp,
  messagesOf,
  type SessionModel,
  withFacts,
} from "./session-model.ts";
import { SessionSaver } from "./session-saver.ts";
import type { ConnectionState, SessionState } from "./session-state.ts";
import { SessionStore } from "./session-store.ts";
import { toSessionUrl } from "./session-url.ts";
import { submitCommand } from "./submit-command.ts";
import type { GetAccessToken } from "./token-refresh.ts";
import { EMPTY_TRANSCRIPT } from "./transcript.ts";

/** How long a resume may keep the old messages on the screen before what has arrived is shown. */
const HOLD_MS = 2_000;
/** When a command whose fate is open is sent again. */
const RESEND_MS = 2_000;
/** The codes after which a new command of the user's brings the session back. */
const REVIVABLE_CODES: readonly number[] = [CLOSE_CODES.idle.code, CLOSE_CODES.ended.code];

export interface SessionClientOptions {
  /** The address of the session function, such as `https://<project>.supabase.co/functions/v1/session`. */
  url: string;
  sessionId: string;
  getAccessToken: GetAccessToken;
  ports: SessionPorts;
}

export class SessionClient extends SessionCommands {
  readonly #ports: SessionPorts;
  readonly #connection: SessionConnection;
  readonly #listeners = new Listeners();
  readonly #frameListeners = new Listeners<[Frame]>();
  readonly #saver: SessionSaver | null;
  #stopObserving: (() => void) | null = null;
  #model: SessionModel;
  #state: SessionState;
  /** Where the last gap was found; a second one at the same place means the log cannot be continued from there. */
  #gapAt: number | null = null;
  #takeBackHold: (() => void) | null = null;
  #takeBackResend: (() => void) | null = null;

  constructor({ url, sessionId, getAccessToken, ports }: SessionClientOptions) {
    super();
    this.#ports = ports;
    const { clock, storage } = ports;
    const store = storage && new SessionStore(storage, sessionId);
    this.#model = store ? restoreSession(store, sessionId) : createSessionModel(sessionId);
    this.#saver = store && new SessionSaver({ store, clock, model: () => this.#model });
    this.#connection = new SessionConnection({
      ports,
      getAccessToken,
      toUrl: () => toSessionUrl(url, { sessionId, cursor: cursorOf(this.#model) }),
      onFrame: (frame) => this.#onFrame(frame),
      onState: (state) => this.#onConnection(state),
      onError: (error) => this.#model = withError(this.#model, error),
    });
    this.#state = this.#toState();
    this.#observe();
    void this.#connection.open();
  }

  /** The current snapshot; a new object after every change. */
  get state(): SessionState {
    return this.#state;
  }

  /** Calls `listener` after every change of `state`; the returned function unsubscribes. */
  readonly subscribe = (listener: () => void): () => void => this.#listeners.add(listener);

  /** Calls `listener` with every frame as it arrives, also those that change nothing. */
  readonly onFrame = (listener: (frame: Frame) => void): () => void => this.#frameListeners.add(listener);

  /** Connects now: skips a waiting time, or returns to a session that stopped. */
  reconnect(): void {
    this.#observe();
    this.#connection.reconnect();
  }

  /** Leaves for good: the session ends if nobody else is in it. */
  close(): void {
    this.#leave(CLOSE_CODES.normal.code);
    this.#saver?.forget();
  }

  /** Leaves without ending the session, as a closed tab does. */
  detach(): void {
    this.#saver?.save();
    this.#leave();
  }

  #observe(): void {
    this.#stopObserving ??= this.#ports.observeEnvironment((signal) => this.#connection.onSignal(signal));
  }

  #leave(code?: number): void {
    for (const takeBack of [this.#stopObserving, this.#takeBackHold, this.#takeBackResend]) takeBack?.();
    this.#stopObserving = this.#takeBackHold = this.#takeBackResend = null;
    this.#connection.close(code);
  }

  protected override createId(): string {
    return this.#ports.createId();
  }

  protected override get activeTurnId(): string | undefined {
    return this.#model.facts.activeTurn?.turnId;
  }

  protected override submit(command: DurableCommand): void {
    this.#model = submitCommand(this.#model, command);
    this.#saver?.save();
    this.#connection.send(command);
    const { state } = this.#connection;
    if (state.status === "stopped" && REVIVABLE_CODES.includes(state.code)) this.#connection.reconnect();
    this.#publish();
  }

  protected override refuse(command: DurableCommand, error: WireError): void {
    this.#model = withRefusal(this.#model, { error, command });
    this.#saver?.save();
    this.#publish();
  }

  override dismiss(commandId: string): void {
    this.#model = withoutErrorOf(this.#model, commandId);
    this.#saver?.save();
    this.#publish();
  }

  #onFrame(frame: Frame): void {
    this.#frameListeners.tell(frame);
    const { model, isGap } = reduceSessionState(this.#model, frame);
    if (isGap) return this.#onGap();
    this.#model = model;
    if (frame.type === "session.ready") this.#sendPending();
    if (frame.type === "error" && UNDECIDED_CODES.includes(frame.error.code)) {
      this.#sendPendingLater(frame.error);
    }
    // A listener may have left: what is saved stays as it is then.
    if (this.#connection.state.status !== "stopped") this.#saver?.onFrame(frame);
    this.#watchHold();
    this.#publish();
  }

  /** R5: the ids are the same, so what had arrived is not applied again; what was accepted may have been refused since. */
  #sendPending(): void {
    for (const { command } of this.#model.facts.pending) this.#connection.send(command);
  }

  #sendPendingLater({ retryAfterMs = RESEND_MS }: WireError): void {
    this.#takeBackResend ??= this.#ports.clock.schedule(retryAfterMs, () => {
      this.#takeBackResend = null;
      this.#sendPending();
    });
  }

  #onGap(): void {
    const { lastSeq } = this.#model.transcript;
    if (this.#gapAt === lastSeq) {
      const hold = { untilSeq: Infinity, messages: messagesOf(this.#model) };
      this.#model = { ...this.#model, transcript: EMPTY_TRANSCRIPT, hold };
    }
    this.#gapAt = lastSeq;
    this.#connection.resume();
  }

  /** Without a connection nothing arrives that could be shown instead: what is held stays until the next one. */
  #watchHold(): void {
    if (this.#model.hold === null || this.#connection.state.status !== "live") {
      this.#takeBackHold?.();
      this.#takeBackHold = null;
    } else {
      this.#takeBackHold ??= this.#ports.clock.schedule(HOLD_MS, () => this.#showAsIs());
    }
  }

  #showAsIs(): void {
    this.#takeBackHold = null;
    this.#model = { ...this.#model, hold: null };
    this.#publish();
  }

  #onConnection(state: ConnectionState): void {
    if (state.status === "stopped") this.#onStopped(state.code);
    this.#watchHold();
    this.#publish();
  }

  /** Nothing follows by itself: what has arrived of a resume is what there is to show. */
  #onStopped(code: number): void {
    if (code === CLOSE_CODES.forbidden.code) this.#forget();
    if (cursorOf(this.#model) !== null) this.#model = { ...this.#model, hold: null };
  }

  /** It is not this user's: what there is of it, somebody else has left in this tab. */
  #forget(): void {
    const { sessionId, lastError } = this.#model.facts;
    this.#saver?.forget();
    this.#model = withFacts(createSessionModel(sessionId), { lastError });
  }

  #publish(): void {
    this.#state = this.#toState();
    this.#listeners.tell();
  }

  #toState(): SessionState {
    const messages = messagesOf(this.#model);
    return {
      ...this.#model.facts,
      connection: this.#connection.state,
      isCaughtUp: isCaughtUp(this.#model),
      isAnswerExpected: isAnswerExpected(this.#model),
      messages,
      openApprovals: openApprovalsOf(messages, this.#model.answers),
      openQuestion: openQuestionOf(messages, this.#model.answers),
    };
  }
}
