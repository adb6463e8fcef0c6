/** One time for a whole small world. It moves only when told to, and lets every promise settle between two timers. */

export interface VirtualClock {
  now(): number;
  schedule(afterMs: number, run: () => void): () => void;
  /** Moves time forward and runs what falls due, in order of time, then of scheduling. */
  advance(ms: number): Promise<void>;
  close(): void;
}

interface Timer {
  dueAt: number;
  run(): void;
}

export function createVirtualClock(): VirtualClock {
  const channel = new MessageChannel();
  let settled = () => {};
  // A message is a task: it comes after every promise that needs no timer, and costs far less than a timeout.
  channel.port1.onmessage = () => settled();
  let elapsed = 0;
  const timers = new Set<Timer>();

  function settle(): Promise<void> {
    return new Promise((resolve) => {
      settled = resolve;
      channel.port2.postMessage(null);
    });
  }

  function nextUntil(until: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of timers) {
      if (timer.dueAt <= until && (next === null || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }

  return {
    now: () => elapsed,
    schedule(afterMs, run) {
      const timer = { dueAt: elapsed + afterMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (let next = nextUntil(until); next; next = nextUntil(until)) {
        timers.delete(next);
        elapsed = Math.max(elapsed, next.dueAt);
        next.run();
        await settle();
      }
      elapsed = until;
    },
    close() {
      channel.port1.close();
      channel.port2.close();
    },
  };
}
