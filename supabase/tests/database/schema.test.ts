/** What is checked in agrees with what the migrations make, and the platform's own advisors find nothing. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { runSupabaseCli } from "../../../scripts/stack/migrations/supabase-cli.ts";
import { PROJECT_ROOT } from "../../../scripts/stack/project-root.ts";
import { generateDatabaseTypes, TYPES_FILE } from "../../../scripts/types/generate-database-types.ts";
import { databaseTests } from "./testing/database-tests.ts";

databaseTests("Schema", [
  ["database.types.ts is what npm run types would write", async ({ stack }) => {
    assertEquals(await Deno.readTextFile(TYPES_FILE), await generateDatabaseTypes(stack.dbUrl));
  }],

  ["supabase db advisors finds nothing", async ({ stack }) => {
    const { code, output } = await runSupabaseCli(
      ["db", "advisors", `--remote=${stack.dbUrl}?sslmode=disable`, "--fail-on", "info"],
      { projectDir: PROJECT_ROOT },
    );

    assertStringIncludes(output, "No issues found");
    assertEquals(code, 0);
  }],

  ["every foreign key has an index", async ({ sql }) => {
    const missing = await sql<{ name: string }[]>`
      select conrelid::regclass || ' ' || conname as name from pg_constraint
      where contype = 'f' and connamespace in ('public'::regnamespace, 'private'::regnamespace)
        and not exists (
          select from pg_index where indrelid = conrelid and indpred is null
            and (indkey::smallint[])[0:array_length(conkey, 1) - 1] = conkey
        )`;

    assertEquals(missing.map(({ name }) => name), []);
  }],

  ["the migrations schedule the sweep, the pruning and the end of shares", ({ scheduledJobs }) => {
    assertEquals(scheduledJobs, [
      {
        jobname: "parley-expire-shares",
        schedule: "* * * * *",
        command: "select private.expire_shares()",
        username: "postgres",
      },
      {
        jobname: "parley-prune",
        schedule: "*/10 * * * *",
        command: "select private.prune()",
        username: "postgres",
      },
      {
        jobname: "parley-sweep",
        schedule: "5 seconds",
        command: "select private.sweep_sessions()",
        username: "postgres",
      },
    ]);
    return Promise.resolve();
  }],
]);
