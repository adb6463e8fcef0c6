/** Postgres ends every connection and comes back, after a shutdown or after a crash. */
import type { Fault } from "./fault.ts";

export const restartPostgres: Fault = {
  name: "restarts of Postgres",
  weight: 1,
  async inject({ stack, tally }, random) {
    if (random.chance(0.5)) {
      tally.count("crashes of Postgres");
      await stack.killPostgres();
    }
    await stack.restartPostgres();
    return true;
  },
};
