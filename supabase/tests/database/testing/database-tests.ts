/** Registers tests that share one database: each is a step, so that the server starts once a file. */
import { openTestDatabase, type TestDatabase } from "./open-test-database.ts";

export type DatabaseTest = [name: string, run: (database: TestDatabase) => Promise<void>];

export function databaseTests(subject: string, tests: readonly DatabaseTest[]): void {
  Deno.test(subject, async (context) => {
    await using database = await openTestDatabase();
    for (const [name, run] of tests) {
      // Connections of the pool outlive a step.
      const options = { sanitizeOps: false, sanitizeResources: false };
      await context.step({ name, fn: () => run(database), ...options });
    }
  });
}
