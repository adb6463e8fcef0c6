/** Tells the messages that nothing more is added to. */
import { isFinal } from "../../web/src/client/is-final.ts";
import type { Message } from "../../web/src/client/mod.ts";

export function isOver({ role, metadata }: Message): boolean {
  return role === "user" || (metadata?.status !== undefined && isFinal(metadata.status));
}
