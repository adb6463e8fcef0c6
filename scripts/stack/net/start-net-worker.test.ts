/** What startNetWorker() promises, with its losses and repeats, on a real Postgres and a real HTTP server. */

import { assertEquals, assertMatch } from "@std/assert";
import { openTestingDatabase, type TestingDatabase } from "../extensions/testing/open-testing-database.ts";
import { waitUntil } from "../functions/testing/wait-until.ts";
import { type NetFaults, startNetWorker } from "./start-net-worker.ts";

interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: string[];
  /** `/slow` answers when this is called. */
  answerSlow(): void;
}

function startReceiver(): Receiver {
  const received: string[] = [];
  const slow = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    received.push(`${request.method} ${pathname}${search} ${await request.text()}`.trim());
    if (pathname === "/slow") await slow.promise;
    return Response.json({ at: pathname }, { status: 202 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    received,
    answerSlow: slow.resolve,
    async [Symbol.asyncDispose]() {
      slow.resolve();
      await server.shutdown();
    },
  };
}

async function startWorker(database: TestingDatabase, faults: NetFaults = {}) {
  const log: string[] = [];
  const { stop } = await startNetWorker({
    dbUrl: database.server.url(),
    log: (line) => log.push(line),
    faults,
  });
  return { log, stop, [Symbol.asyncDispose]: stop };
}

Deno.test("the net worker sends what was committed and stores what came back", async (test) => {
  await using database = await openTestingDatabase();
  await using receiver = startReceiver();
  await using _worker = await startWorker(database);
  await database.createExtensions();
  const sql = database.as("postgres");

  async function response(id: string) {
    return await waitUntil("there is a response", async () => {
      const [row] = await sql`select * from net._http_response where id = ${id}`;
      return row;
    });
  }

  await test.step("a POST arrives and its answer is stored", async () => {
    const [queued] = await sql`select net.http_post(${receiver.url + "/x"}, '{"a":1}', '{"q":"1"}') as id`;
    const row = await response(queued!.id);

    assertEquals(receiver.received, ['POST /x?q=1 {"a": 1}']);
    assertEquals([row.status_code, row.content, row.timed_out, row.error_msg], [
      202,
      '{"at":"/x"}',
      false,
      null,
    ]);
    assertMatch(row.content_type, /application\/json/);
    const [collected] = await sql`select (net._http_collect_response(${queued!.id})).status`;
    assertEquals(collected!.status, "SUCCESS");
  });

  await test.step("nothing is sent before the commit, and never after a rollback", async () => {
    receiver.received.length = 0;
    await sql.begin(async (transaction) => {
      await transaction`select net.http_get(${receiver.url + "/rolled-back"})`;
      await transaction`select pg_sleep(0.2)`;
      assertEquals(receiver.received, []);
      throw new Error("back");
    }).catch(() => {});
    const [queued] = await sql`select net.http_get(${receiver.url + "/committed"}) as id`;
    await response(queued!.id);

    assertEquals(receiver.received, ["GET /committed"]);
  });

  await test.step("a direct insert waits for net.wake()", async () => {
    receiver.received.length = 0;
    await sql`
      insert into net.http_request_queue (method, url, timeout_milliseconds)
      values ('DELETE', ${receiver.url + "/direct"}, 1000)`;
    assertEquals((await sql`select from net.http_request_queue`).length, 1);
    await sql`select net.wake()`;
    await waitUntil("it is sent", () => receiver.received.length);

    assertEquals(receiver.received, ["DELETE /direct"]);
  });

  await test.step("a timeout and a refused connection are responses, and nothing is retried", async () => {
    receiver.received.length = 0;
    const [slow] = await sql`select net.http_get(${
      receiver.url + "/slow"
    }, timeout_milliseconds => 100) as id`;
    const [refused] = await sql`select net.http_get('http://127.0.0.1:1/') as id`;

    const timedOut = await response(slow!.id);
    assertEquals([timedOut.timed_out, timedOut.status_code], [true, null]);
    assertMatch(timedOut.error_msg, /^Timeout of 100 ms reached/);
    assertEquals((await response(refused!.id)).timed_out, false);
    assertEquals(receiver.received, ["GET /slow"]);
  });

  await test.step("the responses of a batch are invisible until the slowest is there", async () => {
    await sql`select net.http_get(${receiver.url + "/slow"}), net.http_get(${receiver.url + "/quick"})`;
    await waitUntil("both were sent", () => receiver.received.includes("GET /quick"));
    assertEquals((await sql`select from net._http_response where content like '%quick%'`).length, 0);

    receiver.answerSlow();
    await waitUntil(
      "both are visible",
      async () =>
        (await sql`select from net._http_response where content like any('{%quick%,%slow%}')`).length === 2,
    );
  });
});

Deno.test("a worker that dies in a batch sends it again", async () => {
  await using database = await openTestingDatabase();
  await using receiver = startReceiver();
  await database.createExtensions();
  const first = await startWorker(database);
  await database.as("postgres")`select net.http_get(${receiver.url + "/slow"})`;
  await waitUntil("it was sent", () => receiver.received.length === 1);

  await first.stop();
  await using _second = await startWorker(database);
  await waitUntil("it was sent again", () => receiver.received.length === 2);

  assertEquals(receiver.received, ["GET /slow", "GET /slow"]);
});

Deno.test("a crash of Postgres loses what was queued, and the worker goes on after it", async () => {
  await using database = await openTestingDatabase();
  await using receiver = startReceiver();
  await database.createExtensions();
  await using worker = await startWorker(database);
  const sql = database.as("postgres");
  await sql`
    insert into net.http_request_queue (method, url, timeout_milliseconds) values ('GET', ${receiver.url}, 1000)`;

  await database.server.stop("immediate");
  await database.server.start();
  await waitUntil("the worker is back", async () => {
    const rows = await sql`select net._is_worker_up() as up`.catch(() => []);
    return rows[0]?.up;
  });
  await sql`select net.http_get(${receiver.url + "/after"})`;
  await waitUntil("the new request is sent", () => receiver.received.length);

  assertEquals(receiver.received, ["GET /after"]);
  assertEquals(worker.log.length > 0, true);
});

Deno.test("faults lose and repeat the requests they name", async () => {
  await using database = await openTestingDatabase();
  await using receiver = startReceiver();
  await database.createExtensions();
  await using _worker = await startWorker(database, {
    loseRequest: ({ url }) => url.endsWith("/lost"),
    repeatRequest: ({ url }) => url.endsWith("/twice"),
  });
  const sql = database.as("postgres");

  await sql`select net.http_get(${receiver.url + "/lost"}), net.http_get(${receiver.url + "/twice"})`;
  await waitUntil("the batch is done", async () => (await sql`select from net._http_response`).length);

  assertEquals(receiver.received, ["GET /twice", "GET /twice"]);
});
