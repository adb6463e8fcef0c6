/** From the end of a session to its summary: trigger, pg_net, the summarize function, and back (R8). */
import { assertEquals } from "@std/assert";
import { createClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { startStack } from "../../../scripts/stack/start-stack.ts";
import type { Stack } from "../../../scripts/stack/stack.ts";
import type { Database } from "../../functions/_shared/database.types.ts";
import { appendOk, lead } from "../../functions/_shared/store/contract/drive.ts";
import { eventually } from "../e2e/testing/eventually.ts";
import { openScene } from "./testing/open-scene.ts";

const BY_USER = { reason: "ended_by_user", onlyIfUnattached: false } as const;

async function endSession(stack: Stack) {
  const sql = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
  const auth = { persistSession: false, autoRefreshToken: false };
  const server = createClient<Database>(stack.apiUrl, stack.secretKey, { auth });
  const scene = await openScene({ sql, server });
  const { epoch } = await lead(scene);
  await appendOk(scene, { epoch, seqFrom: 7, end: BY_USER });
  return { sql, ...scene };
}

Deno.test("[R8] an ended session gets its summary from the function", async () => {
  await using stack = await startStack({
    functions: { env: { SIMULATED_TOKENS_PER_SECOND: "2000", SIMULATED_FIRST_TOKEN_MS: "0" } },
  });
  const { sql, world, sessionId } = await endSession(stack);

  const facts = await eventually(async () => {
    const current = await world.inspect(sessionId);
    return current.summary === null ? null : current;
  }, "the summary");
  await sql.end();

  assertEquals([facts.summaryStatus, facts.jobs[0]?.status, facts.jobs[0]?.attempts], ["done", "done", 1]);
});

Deno.test("[R10] the function lets in nobody who lacks the secret, whatever key they hold", async () => {
  await using stack = await startStack({ functions: {} });
  const url = `${stack.apiUrl}/functions/v1/summarize`;
  const body = JSON.stringify({ session_id: crypto.randomUUID() });
  const json = { "content-type": "application/json" };
  const send = async (headers: Record<string, string>) => {
    const response = await fetch(url, { method: "POST", headers: { ...json, ...headers }, body });
    await response.body?.cancel();
    return response.status;
  };

  const statuses = [
    await send({}),
    await send({ apikey: stack.publishableKey }),
    await send({ apikey: stack.secretKey, authorization: `Bearer ${stack.secretKey}` }),
    await send({ "x-parley-secret": stack.functionSecrets.WAKE_SECRET }),
    await send({ "x-parley-secret": stack.functionSecrets.SUMMARIZE_SECRET }),
  ];

  assertEquals(statuses, [401, 401, 401, 401, 202]);
});
