/** What a watcher holds of a session, kept equal to its log: from the channel at once, from the log where that is not enough (K18). */
import type { Failure } from "../channels/ask-supabase.ts";
import type { SupabasePort } from "../channels/supabase-port.ts";
import type { SessionPorts } from "../ports.ts";
import type { ChannelMessage, ChannelMessageOf, Frame, SessionPage } from "../protocol.ts";
import { reduceSessionState } from "../reduce-session-state.ts";
import { createSessionModel, cursorOf, type SessionModel } from "../session-model.ts";
import { LogReader } from "./log-reader.ts";
import { type Heard, isBehind, isCutTooFar, type MergedLog, withHeard, withPage } from "./merged-log.ts";
import { Silence } from "./silence.ts";

/** What overtook something on the way is there by then. */
const GAP_MS = 150;
const LONGEST_GAP_MS = 8_000;

/** What is said of a session beside its log, without a seq. */
export type Fact = ChannelMessageOf<"session.updated" | "session.ended">;

export interface WatchedLogOptions {
  supabase: SupabasePort;
  sessionId: string;
  ports: Pick<SessionPorts, "clock" | "random">;
  onChange(): void;
  onFact(fact: Fact): void;
  /** The share that let this watcher in may be the one that was revoked. */
  onShareRevoked(): void;
  /** The channel lives and brings nothing. */
  onDeaf(): void;
  /** `false`: no use in reading again. */
  onFailure(failure: Failure): boolean;
}

export class WatchedLog {
  readonly #options: WatchedLogOptions;
  readonly #reader: LogReader;
  readonly #silence: Silence;
  #log: MergedLog;
  /** Heard while a page was on its way, which is older. */
  #meanwhile: ChannelMessage[] = [];
  #gapMs = GAP_MS;
  #takeBackGap: (() => void) | null = null;

  constructor(options: WatchedLogOptions) {
    const { supabase, sessionId, ports, onDeaf, onFailure } = options;
    this.#options = options;
    this.#log = { model: createSessionModel(sessionId), held: [] };
    this.#silence = new Silence({ clock: ports.clock, onSilent: () => void this.read(), onDeaf });
    this.#reader = new LogReader({
      supabase,
      ports,
      sessionId,
      cursor: () => cursorOf(this.model),
      onPage: (page, place) => this.#onPage(page, place),
      onIdle: (isWhole) => this.#onRead(isWhole),
      onFailure,
    });
  }

  get model(): SessionModel {
    return this.#log.model;
  }

  set model(model: SessionModel) {
    this.#log = { ...this.#log, model };
    this.#options.onChange();
  }

  apply(frame: Frame): void {
    this.model = reduceSessionState(this.model, frame).model;
  }

  /** Resolves when everything up to now has been read; to `false` when it will not be. */
  read(): Promise<boolean> {
    return this.#reader.read();
  }

  hear(message: ChannelMessage): void {
    this.#silence.onHeard();
    if (this.#reader.isReading) this.#meanwhile.push(message);
    else this.#take([message]);
  }

  /** Somebody who knows said that the log goes this far. */
  mark({ epoch, lastSeq: seqTo }: { epoch: number; lastSeq: number }): void {
    this.#add([{ type: "mark", epoch, seqTo }]);
  }

  /** Whether something is being said, so that silence means a loss. */
  expect(isExpecting: boolean): void {
    this.#silence.expect(isExpecting);
  }

  stop(): void {
    this.#reader.stop();
    this.#silence.expect(false);
    this.#takeBackGap?.();
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
          this.#options.onShareRevoked();
          break;
        case "session.updated":
        case "session.ended":
          this.#options.onFact(message);
          this.apply(message);
      }
    }
    this.#add(heard);
  }

  #add(heard: readonly Heard[]): void {
    this.#log = withHeard(this.#log, heard);
    if (!isBehind(this.#log)) {
      this.#takeBackGap?.();
      this.#takeBackGap = null;
      this.#gapMs = GAP_MS;
    } else if (!this.#reader.isReading) {
      this.#takeBackGap ??= this.#options.ports.clock.schedule(this.#gapMs, () => {
        this.#takeBackGap = null;
        // What never becomes durable is asked for ever more rarely, and a server that is away is left in peace.
        this.#gapMs = Math.min(this.#gapMs * 2, LONGEST_GAP_MS);
        if (isBehind(this.#log)) void this.read();
      });
    }
    this.#options.onChange();
  }

  #onPage(page: SessionPage, place: { isFirst: boolean }): "next" | "again" {
    const before = this.model.transcript;
    this.model = withPage(this.#log, page, place).model;
    if (this.model.transcript !== before) this.#silence.onRead();
    return place.isFirst && isCutTooFar(this.model, page) ? "again" : "next";
  }

  #onRead(isWhole: boolean): void {
    // What a rewind took back is not shown any longer than until the log has been read.
    if (isWhole) this.model = { ...this.model, hold: null };
    this.#take(this.#meanwhile.splice(0));
  }
}
