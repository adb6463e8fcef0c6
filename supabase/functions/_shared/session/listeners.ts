/** Everybody on this worker who hears a session: each replays what it missed, then hears what is live (R4). */
import {
  type CloseName,
  type Cursor,
  encodeFrame,
  type Frame,
  type FrameOf,
  toWireError,
} from "../protocol/mod.ts";
import { Attachment, type Rewind } from "./attachment.ts";
import { type Listener, SharedFrame } from "./listener.ts";
import { logError } from "../base/log-error.ts";
import type { SpokenFrame } from "./log-writer.ts";
import { beginReplay, type Replayed, replayMore } from "./replay.ts";
import type { SessionPorts } from "./session-ports.ts";

export interface ListenersPorts extends SessionPorts {
  sessionId: string;
  /** Makes everything said here readable in the log. */
  flush(): Promise<void>;
}

export class Listeners {
  readonly #ports: ListenersPorts;
  readonly #attachments = new Map<string, Attachment>();
  #isClosed = false;

  constructor(ports: ListenersPorts) {
    this.#ports = ports;
  }

  get isEmpty(): boolean {
    return this.#attachments.size === 0;
  }

  /** The last seq that any of them may hold. */
  get heardSeq(): number {
    return Math.max(0, ...this.#attachments.values().map(({ heardSeq }) => heardSeq));
  }

  has({ connectionId }: Listener): boolean {
    return this.#attachments.has(connectionId);
  }

  /**
   * Resolves when the listener has been told that the session is ready: its commands do not wait for a long replay.
   * @throws StoreError
   */
  async add(listener: Listener, cursor: Cursor | null): Promise<void> {
    const attachment = new Attachment(listener, cursor?.seq ?? 0);
    this.#attachments.set(listener.connectionId, attachment);
    await this.#ports.flush();
    const { sessionId } = this.#ports;
    const sendRest = await beginReplay(this.#ports, { sessionId, listener, cursor });
    this.#finishReplay(attachment, sendRest).catch((error) => {
      logError("replay_failed", { error });
      listener.send({ type: "error", error: toWireError("storage_unavailable") });
      listener.close("internal");
    });
  }

  /** False when it had left already. */
  remove({ connectionId }: Listener): boolean {
    return this.#attachments.delete(connectionId);
  }

  async #finishReplay(attachment: Attachment, sendRest: () => Promise<Replayed>): Promise<void> {
    const { listener } = attachment;
    const { sessionId } = this.#ports;
    let afterSeq = attachment.open(await sendRest());
    while (afterSeq !== null && !this.#isClosed) {
      await this.#ports.flush();
      afterSeq = attachment.open(await replayMore(this.#ports, { sessionId, listener, afterSeq }));
    }
  }

  /** Tells something that has its place in the stream. Encoded once. */
  speak({ frame, seqTo }: SpokenFrame): void {
    const shared = new SharedFrame(frame, seqTo, encodeFrame);
    for (const attachment of this.#attachments.values()) attachment.speak(shared);
  }

  rewind(rewind: Rewind): void {
    for (const attachment of this.#attachments.values()) attachment.rewind(rewind);
  }

  /** Tells something that has no place in the stream. */
  send(frame: Frame): void {
    for (const { listener } of this.#attachments.values()) listener.send(frame);
  }

  /** Tells that the session has ended, and closes; to whoever still hears what came before, after that (R11). */
  end(ended: FrameOf<"session.ended">): void {
    for (const attachment of this.#attachments.values()) {
      attachment.afterReplay(() => attachment.listener.send(ended));
      this.#endOne(attachment);
    }
  }

  /** Closes one of them because the session ended, once it has heard everything before. */
  endFor({ connectionId }: Listener): void {
    const attachment = this.#attachments.get(connectionId);
    if (attachment) this.#endOne(attachment);
  }

  #endOne(attachment: Attachment): void {
    attachment.afterReplay(() => attachment.listener.close("ended"));
  }

  /** Stays a listener until its connection is gone: that is when it detaches. */
  close(name: CloseName): void {
    this.#isClosed = true;
    const listeners = [...this.#attachments.values()].map(({ listener }) => listener);
    for (const listener of listeners) listener.close(name);
  }
}
