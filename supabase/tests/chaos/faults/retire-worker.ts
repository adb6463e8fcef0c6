/** Half of the wall clock: the worker drains, new sockets go to another one. */
import type { Fault } from "./fault.ts";

export const retireWorker: Fault = {
  name: "retirements",
  weight: 10,
  inject({ runtimes }, random) {
    random.pick(runtimes).retire("session");
    return Promise.resolve(true);
  },
};
