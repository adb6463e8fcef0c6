/** Lets the query builder Kysely run on a pool, or on one connection of it that is in a transaction already. */

import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import type { ConnectionPool, LentConnection } from "./connection-pool.ts";

const CHANGING = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

interface BuilderConnection extends DatabaseConnection {
  readonly lent: LentConnection;
}

export function poolDialect(pool: ConnectionPool): Dialect {
  const run = (text: string) => async (connection: DatabaseConnection) => {
    await (connection as BuilderConnection).lent.query(text);
  };
  return dialectOf({
    init: () => Promise.resolve(),
    acquireConnection: async () => builderConnection(await pool.lend(), ""),
    beginTransaction: run("begin"),
    commitTransaction: run("commit"),
    rollbackTransaction: run("rollback"),
    releaseConnection(connection) {
      (connection as BuilderConnection).lent.release();
      return Promise.resolve();
    },
    destroy: () => pool.end(),
  });
}

/** `suffix` is a comment that tells statements apart which look the same but mean changed tables. */
export function connectionDialect(lent: LentConnection, { suffix }: { suffix: string }): Dialect {
  const connection = builderConnection(lent, suffix);
  const refuse = () => Promise.reject(new Error("A request of the Data API is one transaction"));
  return dialectOf({
    init: () => Promise.resolve(),
    acquireConnection: () => Promise.resolve(connection),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  });
}

function dialectOf(driver: Driver): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

function builderConnection(lent: LentConnection, suffix: string): BuilderConnection {
  return {
    lent,
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, command, count } = await lent.query(query.sql + suffix, query.parameters);
      return CHANGING.has(command)
        ? { rows: rows as Row[], numAffectedRows: BigInt(count) }
        : { rows: rows as Row[] };
    },
    streamQuery() {
      throw new Error("The stack never streams rows");
    },
  };
}
