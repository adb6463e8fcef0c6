/** A user's tab: the real session client on a wire of the small world, and what it saw along the way. */
import { openSession, type SessionClient } from "../../../../web/src/client/mod.ts";
import type { Socket, SocketConstructor } from "../../../../web/src/client/ports.ts";
import { reduceSessionState } from "../../../../web/src/client/reduce-session-state.ts";
import { createSessionModel } from "../../../../web/src/client/session-model.ts";
import {
  type Cursor,
  type DurableCommand,
  type Frame,
  parseCursor,
  type TurnStatus,
} from "../../../functions/_shared/protocol/mod.ts";
import type { Link } from "./link.ts";
import { SESSION, type SmallWorld } from "./small-world.ts";

export class WorldClient {
  /** Ids of everything this tab has asked for. */
  readonly submitted: DurableCommand[] = [];
  readonly refused = new Map<string, string>();
  readonly accepted = new Set<string>();
  readonly violations: string[] = [];
  readonly frames: string[] = [];
  readonly #world: SmallWorld;
  readonly #index: number;
  readonly #storage = createStorage();
  #place: number;
  #link: Link | null = null;
  #session: SessionClient;
  #shadow = createSessionModel(SESSION);
  #isLeftForGood = false;
  #isFresh = true;

  constructor(world: SmallWorld, index: number) {
    this.#world = world;
    this.#index = index;
    this.#place = index;
    this.#session = this.#open();
  }

  get session(): SessionClient {
    return this.#session;
  }

  /** The next socket goes to the other worker. */
  reroute(): void {
    this.#place++;
  }

  say(text: string, onBusy: "queue" | "interrupt" | "reject"): void {
    this.#keep(this.#session.send(text, { onBusy }));
  }

  cancel(): void {
    this.#keep(this.#session.cancel());
  }

  /** One of the answers that this tab does not know to be over, by its place among them. */
  cancelOne(index: number): void {
    const open = this.#session.state.messages.flatMap(({ metadata }) =>
      metadata?.turnId !== undefined && isOpen(metadata.status) ? [metadata.turnId] : []
    );
    const turnId = open[index % open.length];
    if (turnId !== undefined) this.#keep(this.#session.cancel({ turnId }));
  }

  approve(approved: boolean): void {
    const [open] = this.#session.state.openApprovals;
    if (open) this.#keep(this.#session.approve(open.approvalId, { approved }));
  }

  regenerate(): void {
    const last = this.#session.state.messages.at(-1);
    if (last?.role === "assistant") this.#keep(this.#session.regenerate(last.id));
  }

  end(): void {
    this.#keep(this.#session.end());
  }

  /** The newest command arrives once more, as after a lost answer. */
  repeat(): void {
    const command = this.submitted.at(-1);
    if (command) this.#link?.client.send(JSON.stringify(command));
  }

  cut(serverAfterMs: number): void {
    this.#link?.cut(serverAfterMs);
  }

  /** The page is loaded again: memory is gone, storage is not. */
  reload(): void {
    this.#session.detach();
    this.#session = this.#open();
    this.#isLeftForGood = false;
  }

  /** A clean goodbye: the session ends if nobody else is there. */
  leave(): void {
    this.#session.close();
    this.#isLeftForGood = true;
  }

  comeBack(): void {
    if (this.#isLeftForGood) this.#session = this.#open();
    this.#isLeftForGood = false;
    this.#session.reconnect();
  }

  #open(): SessionClient {
    this.#shadow = createSessionModel(SESSION);
    const session = openSession({
      url: "http://127.0.0.1/functions/v1/session",
      sessionId: SESSION,
      getAccessToken: () => Promise.resolve("token"),
      WebSocket: this.#toSocketConstructor(),
      clock: this.#world.time,
      random: () => 0.5,
      createId: this.#world.createId,
      // The first tab lives without, so that both kinds of return are played.
      storage: this.#index === 0 ? null : this.#storage,
    });
    session.onFrame((frame) => this.#watch(frame));
    this.#isFresh = true;
    return session;
  }

  #keep(id: string): void {
    const command = this.#session.state.pending.find((entry) => entry.command.id === id)?.command;
    if (command) this.submitted.push(command);
  }

  /** R4: what comes is always the next item, or a rewind; the client would mend a gap and hide the fault. */
  #watch(frame: Frame): void {
    this.frames.push(`${this.#world.time.now()} ${describe(frame)}`);
    const { model, isGap } = reduceSessionState(this.#shadow, frame);
    if (isGap) {
      this.violations.push(`[R4] a gap before ${describe(frame)} at ${this.#shadow.transcript.lastSeq}`);
    } else this.#shadow = model;
    if (frame.type === "session.ended" && frame.reason !== "ended_by_user") {
      this.violations.push(`[K5] the session was ended (${frame.reason}) under an open socket`);
    }
    if (frame.type === "command.accepted") this.accepted.add(frame.id);
    if (frame.type === "error" && frame.error.commandId) {
      this.refused.set(frame.error.commandId, frame.error.code);
    }
  }

  #toSocketConstructor(): SocketConstructor {
    const dial = (url: string) => {
      // What a restored client holds is not known here, only where it is.
      if (this.#isFresh) this.#shadow = startAt(parseCursor(new URL(url).searchParams.get("after") ?? ""));
      this.#isFresh = false;
      this.#link = this.#world.dial(url, this.#place);
      this.frames.push(`${this.#world.time.now()} dial ${this.#place} ${url.split("?")[1] ?? ""}`);
      return this.#link.client;
    };
    return class {
      constructor(url: string) {
        return dial(url);
      }
    } as unknown as new (url: string, subprotocols: string[]) => Socket;
  }
}

function startAt(cursor: Cursor | null) {
  const model = createSessionModel(SESSION);
  return cursor ? { ...model, epoch: cursor.epoch, transcript: { entries: [], lastSeq: cursor.seq } } : model;
}

function isOpen(status: TurnStatus | undefined): boolean {
  return status === "queued" || status === "running" || status === "waiting";
}

function createStorage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

/** One line a frame, for the trace of a counterexample. */
function describe(frame: Frame): string {
  switch (frame.type) {
    case "chunks": {
      const { epoch, seq, durableSeq, chunks } = frame;
      const said = chunks.map((chunk) => "delta" in chunk ? chunk.delta : chunk.type).join("|");
      return `chunks e${epoch} ${seq}..${seq + chunks.length - 1} (durable ${durableSeq}) ${said}`;
    }
    case "message":
      return `message e${frame.epoch} ${frame.seq}-${frame.seqTo ?? frame.seq} ${frame.message.role}`;
    case "session.ready":
      return `ready e${frame.epoch} seq ${frame.seq} ${JSON.stringify(frame.resume)}`;
    default:
      return JSON.stringify(frame);
  }
}
