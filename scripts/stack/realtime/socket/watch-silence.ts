/** Notices a client that vanished without a word: the official one sends a heartbeat every 25 seconds. */

import type { Clock } from "../../functions/clock.ts";

export interface SilenceWatch {
  /** Something was heard. */
  interrupt(): void;
  cancel(): void;
}

export function watchSilence(
  { clock, limitMs, onSilent }: { clock: Clock; limitMs: number; onSilent: () => void },
): SilenceWatch {
  let heardAt = clock.now();
  let cancel = clock.setTimer(check, limitMs);

  function check(): void {
    const leftMs = heardAt + limitMs - clock.now();
    if (leftMs <= 0) onSilent();
    else cancel = clock.setTimer(check, leftMs);
  }

  return {
    interrupt: () => void (heardAt = clock.now()),
    cancel: () => cancel(),
  };
}
