/** What to do about a step that failed, where its cause is known. */
import type { DeploymentStep } from "./plan-deployment.ts";
import { CliError } from "./supabase-cli.ts";

/** Of objects that the platform owns, such as `realtime.messages`. */
const OWNERSHIP_REFUSED = /must be owner of|permission denied for (schema|table) (realtime|messages)|42501/;

export function adviseOnFailure(
  { step, error, projectRef }: { step: DeploymentStep; error: unknown; projectRef: string },
): string[] {
  if (step.kind !== "migrations" || !(error instanceof CliError)) return [];
  const file = error.progress.match(/Applying migration (\S+\.sql)/g)?.at(-1)?.replace(
    "Applying migration ",
    "",
  );
  if (file === undefined) return [];
  const advice = [`It is the migration ${file}; those before it are applied and recorded.`];
  if (!OWNERSHIP_REFUSED.test(error.message)) return advice;
  return [
    ...advice,
    "The platform did not let this connection change an object it owns. The SQL editor may:",
    `  1. https://supabase.com/dashboard/project/${projectRef}/sql/new: run the text of supabase/migrations/${file}`,
    `  2. npx supabase migration repair ${file.split("_", 1)[0]} --status applied --remote=${projectRef}`,
    "  3. npm run deploy -- --apply",
  ];
}
