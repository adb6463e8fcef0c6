/** For a moment no call of the functions reaches the Data API. */
import type { Fault } from "./fault.ts";

export const dataApiOutage: Fault = {
  name: "outages of the Data API",
  weight: 4,
  inject(world, random) {
    world.outageUntil = Date.now() + 200 + random.below(1_500);
    return Promise.resolve(true);
  },
};
