/** One stack without edge functions and without its sweep, so that only the test moves time. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres, { type Sql } from "postgres";
import { startStack } from "../../../../scripts/stack/start-stack.ts";
import type { Stack } from "../../../../scripts/stack/stack.ts";
import type { Database } from "../../../functions/_shared/database.types.ts";

export interface ScheduledJob {
  jobname: string;
  schedule: string;
  command: string;
  username: string;
}

export interface TestDatabase extends AsyncDisposable {
  stack: Stack;
  /** As the superuser. */
  sql: Sql;
  /** What the migrations gave pg_cron to do, before it was taken away. */
  scheduledJobs: ScheduledJob[];
  /** With the secret key. */
  server: SupabaseClient<Database>;
  /** With the publishable key and nobody signed in. */
  anonymous: SupabaseClient<Database>;
  /** With the publishable key and a token of that user. */
  signIn(userId: string): Promise<SupabaseClient<Database>>;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const stack = await startStack({ functions: false });
  const sql = postgres(stack.adminDbUrl, { max: 4, onnotice: () => {} });
  const jobs = await sql<ScheduledJob[]>`
    select jobname, schedule, command, username from cron.job order by jobname`;
  await sql`select cron.unschedule(jobname) from cron.job`;
  const connect = (key: string, accessToken?: string) =>
    createClient<Database>(stack.apiUrl, key, {
      auth: { persistSession: false, autoRefreshToken: false },
      ...(accessToken ? { global: { headers: { Authorization: `Bearer ${accessToken}` } } } : {}),
    });
  return {
    stack,
    sql,
    scheduledJobs: jobs.map((job) => ({ ...job })),
    server: connect(stack.secretKey),
    anonymous: connect(stack.publishableKey),
    async signIn(userId) {
      const claims = { sub: userId, role: "authenticated", aud: "authenticated" };
      return connect(stack.publishableKey, await stack.tokens.sign(claims));
    },
    async [Symbol.asyncDispose]() {
      await sql.end();
      await stack.stop();
    },
  };
}
