/** Asks Postgres what the policies on `realtime.messages` allow a caller on a topic, and leaves nothing behind. */

import type { ConnectionPool, LentConnection } from "../../lite/connection-pool.ts";
import type { Identity } from "./identity.ts";
import type { Extension } from "./permissions.ts";

export interface TopicQuestion {
  readonly identity: Identity;
  readonly topic: string;
  readonly extensions: readonly Extension[];
  /** Of the request that opened the connection; policies may read them. */
  readonly headers: Readonly<Record<string, string>>;
}

export type Verdict = Partial<Record<Extension, boolean>>;

/** A policy that failed; the message is for the log, since it may tell of others' data. */
export class PolicyError extends Error {}

const STATEMENT_TIMEOUT = "5s";
const INSUFFICIENT_PRIVILEGE = "42501";
const NO_PARTITION = "23514";
const PROBE = "insert into realtime.messages (id, topic, extension) values ($1, $2, $3)";
const BECOME = `select
  set_config('statement_timeout', '${STATEMENT_TIMEOUT}', true),
  set_config('role', $1, true),
  set_config('realtime.topic', $2, true),
  set_config('request.jwt.claims', $3, true),
  set_config('request.jwt.claim.sub', $4, true),
  set_config('request.jwt.claim.role', $1, true),
  set_config('request.headers', $5, true)`;

/** Receiving: the probe rows that the caller sees. */
export async function judgeReading(pool: ConnectionPool, question: TopicQuestion): Promise<Verdict> {
  const ids = new Map(question.extensions.map((extension) => [crypto.randomUUID() as string, extension]));
  return await inRolledBackTransaction(pool, async (connection) => {
    for (const [id, extension] of ids) await connection.query(PROBE, [id, question.topic, extension]);
    await become(connection, question);
    const { rows } = await connection.query(
      "select id from realtime.messages where id::text in (select jsonb_array_elements_text($1::text::jsonb))",
      [JSON.stringify([...ids.keys()])],
    );
    const seen = new Set(rows.map(({ id }) => String(id)));
    return Object.fromEntries([...ids].map(([id, extension]) => [extension, seen.has(id)]));
  });
}

/** Sending: the probe rows that the caller may insert. */
export async function judgeWriting(pool: ConnectionPool, question: TopicQuestion): Promise<Verdict> {
  return await inRolledBackTransaction(pool, async (connection) => {
    await become(connection, question);
    const verdict: Verdict = {};
    for (const extension of question.extensions) {
      await connection.query("savepoint probe");
      verdict[extension] = await connection.query(PROBE, [crypto.randomUUID(), question.topic, extension])
        .then(() => true, (error) => {
          if (codeOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
          return false;
        });
      await connection.query("rollback to savepoint probe");
    }
    return verdict;
  });
}

async function become(connection: LentConnection, question: TopicQuestion): Promise<void> {
  const { identity: { claims }, topic, headers } = question;
  await connection.query(BECOME, [
    ...[claims.role, topic, JSON.stringify(claims), claims.sub ?? "", JSON.stringify(headers)],
  ]);
}

async function inRolledBackTransaction<Value>(
  pool: ConnectionPool,
  run: (connection: LentConnection) => Promise<Value>,
): Promise<Value> {
  const connection = await pool.lend();
  try {
    await connection.query("begin");
    return await run(connection);
  } catch (error) {
    const code = codeOf(error);
    // Codes of SQL have five characters; anything else is a lost connection.
    if (code?.length !== 5 || code.startsWith("57P") || code === NO_PARTITION) throw error;
    throw new PolicyError(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    await connection.query("rollback").catch(() => {});
    connection.release();
  }
}

function codeOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;
}
