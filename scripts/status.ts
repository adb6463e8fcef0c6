/** `npm run -s status`: where the running stack is, as JSON. */

import { runStatus } from "./stack/cli/run-status.ts";

await runStatus(Deno.args);
