/** The network between a client and the gateway is gone, without a close frame. */
import type { Fault } from "./fault.ts";

export const dropSocket: Fault = {
  name: "dropped connections",
  weight: 30,
  inject({ wire }, random) {
    const place = random.next();
    return Promise.resolve(wire.drop(Math.floor(place * wire.size)));
  },
};
