/** The contract suite's view of Postgres: time passes by making every stored time older. */
import type { Sql } from "postgres";
import type { SessionFacts, StoreWorld } from "../../../functions/_shared/store/contract/store-world.ts";
import type { ServerClient } from "../../../functions/_shared/store/call-rpc.ts";
import { createSupabaseSessionStore } from "../../../functions/_shared/store/supabase-session-store.ts";
import { createSupabaseSummaryStore } from "../../../functions/_shared/store/supabase-summary-store.ts";
import { asUser } from "./as-user.ts";

export interface PostgresWorldOptions {
  /** As the superuser. */
  sql: Sql;
  /** With the secret key. */
  client: ServerClient;
}

/** The columns that hold times which decide something. */
const TIMES: Record<string, string[]> = {
  "private.commands": ["submitted_at"],
  "private.leases": ["expires_at", "idle_since", "woken_at"],
  "private.attachments": ["expires_at"],
  "private.turns": ["finished_at"],
  "private.watches": ["owner_until", "observers_until"],
  "private.summary_jobs": ["next_attempt_at", "not_before", "claimed_until"],
  "private.test_server_start": ["started_at"],
};

/** Takes over the sweep and the server's start time of this database: it is of no other use afterwards. */
export async function createPostgresWorld({ sql, client }: PostgresWorldOptions): Promise<StoreWorld> {
  await sql.unsafe(`
    create table if not exists private.test_server_start (started_at timestamptz);
    insert into private.test_server_start values ('-infinity');
    create or replace function private.server_started_at() returns timestamptz
    language sql stable set search_path = ''
    as $$ select started_at from private.test_server_start $$;
    grant select on private.test_server_start to postgres;
  `);
  return {
    store: createSupabaseSessionStore(client),
    summaries: createSupabaseSummaryStore(client),
    createUser: () => createUser(sql),
    async passTime(milliseconds) {
      for (const [table, columns] of Object.entries(TIMES)) {
        const changes = columns.map((column) => `${column} = ${column} - interval '${milliseconds} ms'`);
        await sql.unsafe(`update ${table} set ${changes.join(", ")}`);
      }
    },
    async restart() {
      await sql`update private.test_server_start set started_at = clock_timestamp()`;
    },
    async sweep() {
      await sql`select private.sweep_sessions()`;
    },
    watch: (sessionId, role) => watch(sql, { sessionId, role }),
    revokeShares: (sessionId) => revokeShares(sql, sessionId),
    inspect: (sessionId) => inspect(sql, sessionId),
  };
}

export async function createUser(sql: Sql): Promise<string> {
  const id = crypto.randomUUID();
  await sql`insert into auth.users (id, aud, role, email) values
    (${id}, 'authenticated', 'authenticated', ${`${id}@example.test`})`;
  return id;
}

async function watch(
  sql: Sql,
  { sessionId, role }: { sessionId: string; role: "owner" | "observer" },
): Promise<void> {
  const userId = role === "owner" ? await ownerOf(sql, sessionId) : await invite(sql, sessionId);
  await asUser({ sql, userId }, (user) => user`select public.watch_session(${sessionId})`);
}

/** Shares the session with a new user, and returns who it is. */
async function invite(sql: Sql, sessionId: string): Promise<string> {
  const owner = { sql, userId: await ownerOf(sql, sessionId) };
  const [share] = await asUser(
    owner,
    (user) => user<{ code: string }[]>`select public.create_share(${sessionId}) ->> 'code' as code`,
  );
  const userId = await createUser(sql);
  await asUser({ sql, userId }, (user) => user`select public.accept_share(${share!.code})`);
  return userId;
}

async function revokeShares(sql: Sql, sessionId: string): Promise<void> {
  const owner = { sql, userId: await ownerOf(sql, sessionId) };
  await asUser(
    owner,
    (user) =>
      user`select public.revoke_share(share_id) from public.session_shares where session_id = ${sessionId}`,
  );
}

async function ownerOf(sql: Sql, sessionId: string): Promise<string> {
  const [session] = await sql<{ userId: string }[]>`
    select user_id as "userId" from public.sessions where session_id = ${sessionId}`;
  return session!.userId;
}

async function inspect(sql: Sql, sessionId: string): Promise<SessionFacts> {
  const [session] = await sql<
    Omit<SessionFacts, "systemEvents" | "log" | "bufferRowCount" | "turns" | "jobs">[]
  >`
    select status, end_reason as "endReason", end_time is not null as "hasEndTime",
      ending_number as "endingNumber", summary, summary_status as "summaryStatus",
      message_count as "messageCount", input_tokens::integer as "inputTokens"
    from public.sessions where session_id = ${sessionId}`;
  if (!session) throw new Error(`Cannot inspect session "${sessionId}": it does not exist`);
  const systemEvents = await sql<{ kind: string }[]>`
    select data ->> 'kind' as kind from public.session_events
    where session_id = ${sessionId} and seq is null order by id`;
  const log = await sql<{ place: string }[]>`
    select event_type || ' ' || seq || '-' || seq_to as place from public.session_events
    where session_id = ${sessionId} and seq is not null order by seq`;
  const [buffer] = await sql<{ rows: number }[]>`
    select count(*)::integer as rows from private.stream_buffer where session_id = ${sessionId}`;
  const turns = await sql<SessionFacts["turns"]>`
    select turn_id as "turnId", status, attempts from private.turns
    where session_id = ${sessionId} order by created_at, user_seq`;
  const jobs = await sql<SessionFacts["jobs"]>`
    select ending_number as "endingNumber", status, attempts, last_error as "lastError"
    from private.summary_jobs where session_id = ${sessionId} order by ending_number`;
  return {
    ...session,
    systemEvents: systemEvents.map(({ kind }) => kind),
    log: log.map(({ place }) => place),
    bufferRowCount: buffer?.rows ?? 0,
    turns: turns.map((turn) => ({ ...turn })),
    jobs: jobs.map((job) => ({ ...job })),
  };
}
