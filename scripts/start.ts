/** `npm start`: the stack and the page until Ctrl-C. */

import { runStart } from "./stack/cli/run-start.ts";

await runStart(Deno.args);
