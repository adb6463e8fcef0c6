/** SIGKILL: the worker says nothing any more, flushes nothing and releases nothing. */
import type { Fault } from "./fault.ts";

export const killWorker: Fault = {
  name: "kills",
  weight: 55,
  inject({ runtimes }, random) {
    const workers = runtimes.flatMap((runtime) =>
      runtime.workers().filter(({ port }) => port !== undefined).map(({ pid }) => ({ runtime, pid }))
    );
    const victim = workers[Math.floor(random.next() * workers.length)];
    return Promise.resolve(victim !== undefined && victim.runtime.kill(victim.pid, "SIGKILL"));
  },
};
