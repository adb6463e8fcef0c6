/** What may befall one broadcast on its way to one watcher. */
import type { DecideFate } from "../../../../scripts/stack/realtime/topics/faults.ts";
import type { Random } from "../random.ts";
import type { Tally } from "../tally.ts";

export function createDecideFate(
  { random, tally, isCalm }: { random: Random; tally: Tally; isCalm(): boolean },
): DecideFate {
  return () => {
    const [die, extent] = [random.next(), random.below(500)];
    if (isCalm() || die >= 0.15) return "deliver";
    if (die < 0.05) {
      tally.count("broadcasts lost");
      return "drop";
    }
    if (die < 0.1) {
      tally.count("broadcasts late");
      return { delayMs: extent };
    }
    tally.count("broadcasts out of order");
    return { behind: 1 + (extent % 3) };
  };
}
