/** `parley.v1`: frames as they are. */
import { encodeFrame, parseCommand } from "../protocol/mod.ts";
import type { Profile } from "./profile.ts";

export const parleyProfile: Profile = {
  wantsHistory: true,
  parse: parseCommand,
  encode: (frame) => [encodeFrame(frame)],
  encodeShared: (shared) => [shared.text],
  encodeMerged: (frame) => [encodeFrame(frame)],
};
