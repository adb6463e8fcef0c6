/** A query builder over one connection, whose statements go out without waiting for the answers of earlier ones. */

import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import type { ReservedSql } from "postgres";

type AnyTable = Record<string, Record<string, unknown>>;
type Parameters = NonNullable<globalThis.Parameters<ReservedSql["unsafe"]>[1]>;

const CHANGING = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

/** `schemaVersion` keeps a plan from being used after the tables behind it have changed. */
export function createRequestDatabase(
  reserved: ReservedSql,
  { schemaVersion }: { schemaVersion: number },
): Kysely<AnyTable> {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const text = `${query.sql} -- schema ${schemaVersion}`;
      const result = await reserved.unsafe(text, [...query.parameters] as Parameters, { prepare: true });
      const rows = Array.from(result) as Row[];
      return CHANGING.has(result.command) ? { rows, numAffectedRows: BigInt(result.count) } : { rows };
    },
    streamQuery() {
      throw new Error("A request of the Data API cannot stream");
    },
  };
  return new Kysely<AnyTable>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => singleConnectionDriver(connection),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

/** The transaction belongs to the request, which has begun it already. */
function singleConnectionDriver(connection: DatabaseConnection): Driver {
  const refuse = () => Promise.reject(new Error("A request of the Data API is one transaction"));
  return {
    init: () => Promise.resolve(),
    acquireConnection: () => Promise.resolve(connection),
    releaseConnection: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
  };
}
