/** `npm run bench`: what Parley costs, each figure beside its floor, from one run. */

import { runBench } from "./bench/run-bench.ts";

await runBench(Deno.args);
