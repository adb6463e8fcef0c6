/** Realtime drops every socket and forgets everything. */
import type { Fault } from "./fault.ts";

export const restartRealtime: Fault = {
  name: "restarts of Realtime",
  weight: 4,
  async inject({ stack }) {
    await stack.realtime?.restart();
    return stack.realtime !== undefined;
  },
};
