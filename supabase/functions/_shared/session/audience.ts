/** Who hears a leader over the channels: the topics that somebody watches, as the store last told. */
import type { BroadcastLane } from "./broadcast-lane.ts";
import type { SpokenFrame } from "./log-writer.ts";

export class Audience {
  readonly #lane: BroadcastLane;
  readonly #sessionId: string;
  readonly #epochStart: number;
  #topics: readonly string[] = [];

  constructor(
    lane: BroadcastLane,
    { sessionId, startSeq }: { sessionId: string; startSeq: number },
  ) {
    this.#lane = lane;
    this.#sessionId = sessionId;
    this.#epochStart = startSeq;
  }

  gather(topics: readonly string[]): void {
    // The lane merges what goes to the same list of topics.
    if (topics.join() === this.#topics.join()) return;
    this.#topics = topics;
    this.#lane.keepOnly(this.#sessionId, topics);
  }

  hear({ frame }: SpokenFrame): void {
    if (frame.type !== "chunks") return;
    this.#lane.say(this.#sessionId, frame, { topics: this.#topics, epochStart: this.#epochStart });
  }
}
