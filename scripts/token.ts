/** `npm run -s token`: an access token of the demo account, or of another with --email and --password. */

import { runToken } from "./stack/cli/run-token.ts";

await runToken(Deno.args);
