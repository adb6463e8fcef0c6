/** How a connection speaks: the full protocol, or bare text. */
import type { Command, Frame, Parsed } from "../protocol/mod.ts";
import type { EncodedFrame } from "./held-frames.ts";

export interface Profile {
  /** Whether what was said earlier is replayed to this connection. */
  readonly wantsHistory: boolean;
  parse(text: string): Parsed<Command>;
  /** The texts that tell a frame; none when this profile has no words for it. */
  encode(frame: Frame): string[];
  /** The same for a frame with a text that all connections share. */
  encodeShared(shared: EncodedFrame): string[];
  /** The same for a frame that stands for several, in as few texts as possible: its reader is behind (R13). */
  encodeMerged(frame: Frame): string[];
}
