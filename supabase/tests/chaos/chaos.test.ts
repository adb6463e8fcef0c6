import { assert, assertEquals } from "@std/assert";
import { runChaos } from "./run-chaos.ts";

/** Within the patience of `npm test`; the long run is `npm run test:chaos`. */
const MINUTES = 0.6;

Deno.test({
  name: "nothing is lost, doubled or reordered while workers, sockets, calls and Postgres fail",
  // The clients keep their timers until their sockets are closed.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const seed = Number(Deno.env.get("CHAOS_SEED") ?? Date.now() % 2 ** 31);
    const tally = await runChaos({ seed, minutes: MINUTES, turns: 5_000, kills: 500, users: 6 });
    console.log([`seed: ${seed} (CHAOS_SEED plays it again)`, ...tally.lines()].join("\n"));

    assertEquals(tally.findings, []);
    assert(tally.of("kills") >= 3);
    assert(tally.of("turns") >= 20);
  },
});
