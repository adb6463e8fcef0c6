/** What one socket is told. A reader that does not keep up is reported (R11). */
import type { Frame } from "../protocol/mod.ts";
import type { SharedFrame } from "../session/listener.ts";
import type { Profile } from "./profile.ts";
import type { Socket } from "./socket.ts";

/** A reader further behind than this is sent away to resume from its cursor. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

export interface OutboundOptions {
  socket: Socket;
  profile: Profile;
  /** Called at most once. */
  onTooSlow(): void;
}

export class Outbound {
  readonly #options: OutboundOptions;
  #isTooSlow = false;

  constructor(options: OutboundOptions) {
    this.#options = options;
  }

  send(frame: Frame): void {
    this.#write(() => this.#options.profile.encode(frame));
  }

  speak(shared: SharedFrame): void {
    this.#write(() => this.#options.profile.encodeShared(shared));
  }

  #write(toTexts: () => string[]): void {
    const { socket, onTooSlow } = this.#options;
    if (!socket.isOpen) return;
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES && !this.#isTooSlow) {
      this.#isTooSlow = true;
      return onTooSlow();
    }
    for (const text of toTexts()) socket.send(text);
  }
}
