/** The user's database in memory, for tests: only rows whose `owner` is the user are seen, as under row level security. */
import type { UserDatabase } from "./tool.ts";

export interface MemoryUserDatabaseOptions {
  userId: string;
  tables: Record<string, (Record<string, unknown> & { owner: string })[]>;
  functions?: Record<string, (parameters: Record<string, unknown>) => unknown>;
}

export function createMemoryUserDatabase(options: MemoryUserDatabaseOptions): UserDatabase {
  const { userId, tables, functions = {} } = options;
  return {
    select({ table, columns, equals = {}, orderBy, limit, signal }) {
      signal?.throwIfAborted();
      const names = columns.split(",").map((name) => name.trim());
      const rows = (tables[table] ?? [])
        .filter((row) => row.owner === userId)
        .filter((row) => Object.entries(equals).every(([column, value]) => row[column] === value));
      const ordered = orderBy ? rows.toSorted(comparing(orderBy)) : rows;
      return Promise.resolve(
        ordered.slice(0, limit).map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))),
      );
    },

    call(functionName, parameters) {
      const run = functions[functionName];
      if (!run) {
        return Promise.reject(new Error(`There is no function ${functionName} in this memory database`));
      }
      return Promise.resolve(run(parameters));
    },
  };
}

function comparing({ column, descending }: { column: string; descending: boolean }) {
  return (left: Record<string, unknown>, right: Record<string, unknown>): number => {
    const order = String(left[column]).localeCompare(String(right[column]), "en", { numeric: true });
    return descending ? -order : order;
  };
}
