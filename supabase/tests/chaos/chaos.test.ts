import { assert, assertEquals } from "@std/assert";
import { runChaos } from "./run-chaos.ts";

/** Enough for `npm test`, and reached within a minute or so; the long run is `npm run test:chaos`. */
const ENOUGH = { kills: 4, turns: 40 };
/** Long before the patience of `npm test` is over. */
const MINUTES = 4;

Deno.test({
  name: "nothing is lost, doubled or reordered while workers, sockets, calls and Postgres fail",
  // The clients keep their timers until their sockets are closed.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const seed = Number(Deno.env.get("CHAOS_SEED") ?? Date.now() % 2 ** 31);
    const tally = await runChaos({ seed, minutes: MINUTES, ...ENOUGH, users: 6 });
    console.log([`seed: ${seed} (CHAOS_SEED plays it again)`, ...tally.lines()].join("\n"));

    assertEquals(tally.findings, []);
    for (const [name, count] of Object.entries(ENOUGH)) assert(tally.of(name) >= count, `too few ${name}`);
  },
});
