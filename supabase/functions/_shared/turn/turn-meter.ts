/** Counts the tokens of a turn and the time to the first one. */
import type { Message, MessageMetadata, Usage } from "../protocol/mod.ts";
import type { Clock } from "../base/clock.ts";
import { addUsage, estimateUsage, NO_USAGE } from "./usage.ts";

export type TurnMeter = ReturnType<typeof createTurnMeter>;

export function createTurnMeter(clock: Clock) {
  const startedAtMs = clock.monotonic();
  let usage = NO_USAGE;
  let model: string | undefined;
  let timeToFirstTokenMs: number | undefined;
  return {
    startedAt: new Date(clock.now()).toISOString(),
    onFirstPart() {
      timeToFirstTokenMs ??= Math.round(clock.monotonic() - startedAtMs);
    },
    add(result: { usage: Usage; model: string }) {
      usage = addUsage(usage, result.usage);
      model = result.model;
    },
    addStopped(transcript: Message[], spokenLength: number) {
      const inputLength = transcript.reduce((sum, message) => sum + JSON.stringify(message.parts).length, 0);
      usage = addUsage(usage, estimateUsage(inputLength, spokenLength));
    },
    usage: () => usage,
    metadata: (): MessageMetadata => ({
      ...(model === undefined ? {} : { model }),
      ...(timeToFirstTokenMs === undefined ? {} : { timeToFirstTokenMs }),
    }),
  };
}
