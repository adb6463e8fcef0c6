/** A connection as its session sees it. */
import type { CloseName, Frame } from "../protocol/mod.ts";

export interface Credentials {
  userId: string;
  accessToken: string;
  /** Wall clock, milliseconds. */
  expiresAt: number;
}

export interface Listener {
  readonly connectionId: string;
  readonly credentials: Credentials;
  /** Skips what was said before it came; the plain profile has no place for it. */
  readonly wantsHistory: boolean;
  /** Sends a frame that has no place in the stream. */
  send(frame: Frame): void;
  /** Sends a frame of the stream. Encoded once for all listeners. */
  speak(spoken: SharedFrame): void;
  /** Resolves when more of its history may be fetched for it; false when it is gone. */
  hasRoom(): Promise<boolean>;
  close(name: CloseName): void;
}

/** A frame of the stream, encoded when the first listener needs it. */
export class SharedFrame {
  #text: string | null = null;

  constructor(readonly frame: Frame, readonly seqTo: number, readonly encode: (frame: Frame) => string) {}

  get text(): string {
    this.#text ??= this.encode(this.frame);
    return this.#text;
  }
}
