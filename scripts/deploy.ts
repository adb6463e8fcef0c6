/** `npm run deploy`: brings the database, its secrets and both functions to a hosted Supabase project. */
import { runDeployCommand } from "./deploy/run-deploy-command.ts";

await runDeployCommand(Deno.args);
