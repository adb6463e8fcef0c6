/** `npm run reset`: removes the data of the stack, so that the next start begins anew. */

import { runReset } from "./stack/cli/run-reset.ts";

await runReset(Deno.args);
