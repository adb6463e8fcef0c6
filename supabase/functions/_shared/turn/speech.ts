/** Opens and closes text and reasoning parts around the deltas; at most one is open. */
import type { Chunk } from "../protocol/mod.ts";
import type { OpenSpeech } from "./answer.ts";

export type Speech = ReturnType<typeof createSpeech>;

/** `open` is the part that an earlier worker has begun, to be gone on with. */
export function createSpeech(createPartId: () => string, open: OpenSpeech | null) {
  function end(): Chunk[] {
    if (!open) return [];
    const { kind, id } = open;
    open = null;
    return [{ type: `${kind}-end`, id }];
  }

  function say(kind: OpenSpeech["kind"], delta: string): Chunk[] {
    if (delta === "") return [];
    if (open?.kind === kind) return [{ type: `${kind}-delta`, id: open.id, delta }];
    const ended = end();
    open = { kind, id: createPartId() };
    return [...ended, { type: `${kind}-start`, id: open.id }, { type: `${kind}-delta`, id: open.id, delta }];
  }

  return { say, end };
}
