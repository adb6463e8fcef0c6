import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { arbitraryRun, perform, type Run } from "./world/actions.ts";
import { findFaults, settle } from "./world/check-world.ts";
import { SmallWorld } from "./world/small-world.ts";

/** More runs, or the run of a counterexample: PROPERTY_RUNS, PROPERTY_SEED and PROPERTY_PATH. */
const toNumber = (text: string | undefined) => text === undefined ? undefined : Number(text);
const RUNS = toNumber(Deno.env.get("PROPERTY_RUNS")) ?? 60;

async function play(
  run: Run,
  options: { continuesText: boolean; hasEar: boolean },
): Promise<{ faults: string[]; trace: string[] }> {
  const world = new SmallWorld(options);
  try {
    await world.time.advance(20);
    for (const [index, step] of run.entries()) await perform(world, step, `t${index}`);
    await settle(world);
    const faults = await findFaults(world);
    const trace = world.clients.flatMap(({ frames }, index) =>
      frames.map((text) => `client ${index}: ${text}`)
    );
    return { faults, trace };
  } finally {
    world.close();
  }
}

Deno.test("[R1] [R2] [R3] [R4] [R5] hold in every small world, whatever dies, waits or gets lost", async () => {
  const { error } = console;
  console.error = () => {};
  try {
    await fc.assert(
      fc.asyncProperty(arbitraryRun, fc.boolean(), fc.boolean(), async (run, continuesText, hasEar) => {
        const { faults, trace } = await play(run, { continuesText, hasEar });
        if (faults.length > 0 && Deno.env.has("PROPERTY_TRACE")) console.log(trace.join("\n"));
        assertEquals(faults, []);
      }),
      {
        numRuns: RUNS,
        seed: toNumber(Deno.env.get("PROPERTY_SEED")),
        path: Deno.env.get("PROPERTY_PATH"),
        endOnFailure: Deno.env.has("PROPERTY_PATH"),
      },
    );
  } finally {
    console.error = error;
  }
});
