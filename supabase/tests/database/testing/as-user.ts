/** Runs queries as a signed-in user, as the Data API does, in one transaction. */
import type { Sql, TransactionSql } from "postgres";

/** `userId` null is a caller with nobody signed in. */
export async function asUser<Rows>(
  { sql, userId }: { sql: Sql; userId: string | null },
  run: (user: TransactionSql) => PromiseLike<Rows>,
): Promise<Rows> {
  const role = userId === null ? "anon" : "authenticated";
  const claims = JSON.stringify({ role, ...(userId === null ? {} : { sub: userId }) });
  return await sql.begin(async (user) => {
    await user`select set_config('request.jwt.claims', ${claims}, true), set_config('role', ${role}, true)`;
    return await run(user);
  }) as Rows;
}
