/** The end of a session asks for its summary, and never fails for want of a listener (R8). */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { appendOk, lead, type Scene } from "../../functions/_shared/store/contract/drive.ts";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import { holdRequests } from "./testing/hold-requests.ts";
import { openScene } from "./testing/open-scene.ts";

const BY_USER = { reason: "ended_by_user", onlyIfUnattached: false } as const;

async function end(scene: Scene): Promise<void> {
  const { epoch } = await lead(scene);
  const outcome = await appendOk(scene, { epoch, seqFrom: 7, end: BY_USER });
  assertEquals(outcome.ended?.reason, "ended_by_user");
}

const tests: DatabaseTest[] = [
  [
    "[R8] an ending asks the summarize function with its own secret and the session id only",
    async (database) => {
      await holdRequests(database);
      const scene = await openScene(database);

      await end(scene);

      const requests = await database.sql<{ url: string; headers: Record<string, string>; body: string }[]>`
      select url, headers, body from private.test_requests`;
      assertEquals(requests.length, 1);
      const [request] = requests;
      assertEquals(request?.url, `${database.stack.apiUrl}/functions/v1/summarize`);
      assertEquals(request?.headers["x-parley-secret"], database.stack.functionSecrets.SUMMARIZE_SECRET);
      assertEquals(Object.keys(request?.headers ?? {}).length, 2);
      assertEquals(JSON.parse(request?.body ?? ""), { session_id: scene.sessionId });
    },
  ],

  ["[R8] the sweep asks again for what was lost", async (database) => {
    await holdRequests(database);
    const scene = await openScene(database);
    await end(scene);

    await scene.world.passTime(6_000);
    await scene.world.sweep();

    const bodies = await database
      .sql`select 1 from private.test_requests where body like ${`%${scene.sessionId}%`}`;
    assertEquals(bodies.length, 2);
  }],

  ["[K17] the same ending asks once, however often the row is touched", async (database) => {
    await holdRequests(database);
    const scene = await openScene(database);
    await end(scene);

    await database
      .sql`update public.sessions set status = 'ended', title = 'x' where session_id = ${scene.sessionId}`;

    assertEquals((await scene.world.inspect(scene.sessionId)).jobs.length, 1);
    assertEquals((await database.sql`select 1 from private.test_requests`).length, 1);
  }],

  ["a missing Vault value fails no transaction and is written down", async (database) => {
    const scene = await openScene(database);
    await database.sql`delete from vault.secrets where name = 'functions_url'`;

    await end(scene);

    const { jobs, summaryStatus } = await scene.world.inspect(scene.sessionId);
    assertEquals([jobs[0]?.status, summaryStatus], ["pending", "pending"]);
    assertStringIncludes(jobs[0]?.lastError ?? "", "functions_url");
  }],

  ["a database without pg_net fails no transaction", async (database) => {
    await database.sql`drop extension pg_net cascade`;
    const scene = await openScene(database);
    await database.sql`select vault.create_secret('http://127.0.0.1:9', 'functions_url')`;

    await end(scene);

    const { jobs } = await scene.world.inspect(scene.sessionId);
    assertStringIncludes(jobs[0]?.lastError ?? "", "net");
  }],
];

databaseTests("Close trigger", tests);
