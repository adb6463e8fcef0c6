/** Who may join which topic, and what the database says on it (R10, K18, K19). */
import { assert, assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { appendOk, attach, lead, userEvent } from "../../functions/_shared/store/contract/drive.ts";
import { asUser } from "./testing/as-user.ts";
import { broadcastsOn, dropBroadcasts, keepBroadcasts } from "./testing/catch-broadcasts.ts";
import { createUser } from "./testing/postgres-world.ts";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import { openScene } from "./testing/open-scene.ts";
import { shareScene } from "./testing/share-scene.ts";

const REFUSED = "42501";

/** What a join asks of Postgres, as Realtime asks it: probe rows, then the caller's role, claims and topic. */
async function permissions(sql: Sql, userId: string | null, topic: string): Promise<string> {
  await sql`delete from realtime.messages where topic = ${topic} and event = 'probe'`;
  for (const extension of ["broadcast", "presence"]) {
    await sql`insert into realtime.messages (topic, extension, event, private)
      values (${topic}, ${extension}, 'probe', true)`;
  }
  const granted: string[] = [];
  await asUser({ sql, userId }, async (user) => {
    await user`select set_config('realtime.topic', ${topic}, true)`;
    const received = await user`select extension from realtime.messages
      where topic = ${topic} and event = 'probe' order by extension`;
    granted.push(...received.map(({ extension }) => `receive ${extension}`));
    for (const extension of ["broadcast", "presence"]) {
      const code = await user.savepoint((step) =>
        step`insert into realtime.messages (topic, extension, private) values (${topic}, ${extension}, true)`
      ).then(() => null, (error: { code: string }) => error.code);
      assert(code === null || code === REFUSED, `Expected a refusal, got ${code}`);
      if (code === null) granted.push(`send ${extension}`);
    }
  });
  return granted.join(", ");
}

const WATCH = "receive broadcast, receive presence, send presence";
const LISTEN = "receive broadcast, receive presence";

const tests: DatabaseTest[] = [
  ["the owner joins the topics of a session, an observer that of the observers", async (database) => {
    const { sql } = database;
    await keepBroadcasts(sql);
    const { sessionId, userId, observerId } = await shareScene(database);
    const other = await createUser(sql);
    const own = `session:${sessionId}`;
    const shared = `session:${sessionId}:1`;

    assertEquals(await permissions(sql, userId, own), WATCH);
    assertEquals(await permissions(sql, userId, shared), WATCH);
    assertEquals(await permissions(sql, observerId, own), "");
    assertEquals(await permissions(sql, observerId, shared), WATCH);
    for (const topic of [own, shared]) {
      assertEquals(await permissions(sql, other, topic), "", topic);
      assertEquals(await permissions(sql, null, topic), "", topic);
    }
  }],

  [
    "[K19] only the current generation may be joined, and by nobody whose share was revoked",
    async (database) => {
      const { sql } = database;
      const { sessionId, userId, observerId, observer, owner, share } = await shareScene(database);
      await observer.rpc("watch_session", { p_session_id: sessionId });

      await owner.rpc("revoke_share", { p_share_id: share.shareId });

      for (const generation of [0, 1, 2, 3]) {
        const topic = `session:${sessionId}:${generation}`;
        assertEquals(await permissions(sql, userId, topic), generation === 2 ? WATCH : "", topic);
        assertEquals(await permissions(sql, observerId, topic), "", topic);
      }
    },
  ],

  ["a user's list is theirs alone, and nobody is present on it", async (database) => {
    const { sql } = database;
    const { userId, observerId } = await shareScene(database);

    assertEquals(await permissions(sql, userId, `user:${userId}`), LISTEN);
    assertEquals(await permissions(sql, observerId, `user:${userId}`), "");
    assertEquals(await permissions(sql, null, `user:${userId}`), "");
  }],

  ["a malformed topic is refused, never an error", async (database) => {
    const { sql } = database;
    const { sessionId, userId } = await shareScene(database);
    const topics = [
      "",
      "session",
      "session:",
      "session:not-a-uuid",
      `session:${sessionId}:`,
      `session:${sessionId}:x`,
      `session:${sessionId}:01`,
      `session:${sessionId}:-1`,
      `session:${sessionId}:1:1`,
      `session:${sessionId}:99999999999999999999999`,
      `session:${sessionId}\n`,
      `session:${sessionId.toUpperCase()}`,
      ` session:${sessionId}`,
      `user:${userId}:1`,
      `user:${sessionId}`,
      `room:${sessionId}`,
      "session:%",
    ];

    for (const topic of topics) assertEquals(await permissions(sql, userId, topic), "", topic);
  }],

  [
    "[K18] what is written while somebody watches goes to each topic, with epoch, its start and seq",
    async (database) => {
      const { sql } = database;
      const scene = await shareScene(database);
      const { sessionId, owner, observer } = scene;
      await owner.rpc("watch_session", { p_session_id: sessionId });
      await observer.rpc("watch_session", { p_session_id: sessionId });
      await dropBroadcasts(sql);

      const event = userEvent(7);
      await appendOk(scene, { epoch: 1, seqFrom: 7, events: [event] });

      const payload = {
        type: "message",
        epoch: 1,
        epochStart: 1,
        seq: 7,
        seqTo: 7,
        message: event.data.message,
      };
      for (const topic of [`session:${sessionId}`, `session:${sessionId}:1`]) {
        assertEquals([...await broadcastsOn(sql, topic)], [{ topic, event: "message", payload }]);
      }
    },
  ],

  ["a session that nobody watches sends nothing on its topics", async (database) => {
    const { sql } = database;
    await dropBroadcasts(sql);
    const scene = await openScene(database);

    await appendOk(scene, { epoch: 1, seqFrom: 7, events: [userEvent(7)] });

    const sent = await sql`select topic from realtime.messages where topic like 'session:%'`;
    assertEquals(sent.length, 0);
  }],

  ["facts reach a tab that has slept, long after its watch ran out", async (database) => {
    const { sql } = database;
    const scene = await openScene(database);
    const { sessionId } = scene;
    await (await database.signIn(scene.userId)).rpc("watch_session", { p_session_id: sessionId });
    const topic = `session:${sessionId}`;
    const write = async (seq: number) => {
      await appendOk(scene, { epoch: 1, seqFrom: seq, events: [userEvent(seq)] });
      return (await broadcastsOn(sql, topic)).length;
    };

    await sql`update private.watches set owner_until = now() - interval '23 hours' where session_id = ${sessionId}`;
    const asleep = await write(7);
    await sql`update private.watches set owner_until = now() - interval '25 hours' where session_id = ${sessionId}`;
    const forgotten = await write(8);

    assertEquals([asleep, forgotten], [1, 1]);
  }],

  ["a message too long for Realtime is announced without its text", async (database) => {
    const { sql } = database;
    const scene = await openScene(database);
    const { sessionId } = scene;
    await (await database.signIn(scene.userId)).rpc("watch_session", { p_session_id: sessionId });

    await appendOk(scene, { epoch: 1, seqFrom: 7, events: [userEvent(7, "é".repeat(100_000))] });

    const [sent] = await broadcastsOn(sql, `session:${sessionId}`);
    assertEquals([sent?.payload.seq, sent?.payload.message], [7, null]);
  }],

  ["[K18] a new epoch tells watchers how far to rewind", async (database) => {
    const { sql } = database;
    const scene = await openScene(database);
    const { sessionId } = scene;
    await (await database.signIn(scene.userId)).rpc("watch_session", { p_session_id: sessionId });
    await scene.world.passTime(10_001);

    await attach(scene, { workerId: "worker-2" });

    const sent = await broadcastsOn(sql, `session:${sessionId}`);
    assertEquals(sent.map(({ event, payload }) => ({ event, payload })), [{
      event: "session.rewound",
      payload: { type: "session.rewound", epoch: 2, epochStart: 7, rewindTo: 6 },
    }]);
  }],

  ["changes, the end and the summary of a session reach whoever watches it", async (database) => {
    const { sql } = database;
    const scene = await openScene(database);
    const { sessionId, world } = scene;
    const owner = await database.signIn(scene.userId);
    await owner.rpc("watch_session", { p_session_id: sessionId });

    await owner.from("sessions").update({ title: "Renamed" }).eq("session_id", sessionId);
    const ended = await appendOk(scene, {
      epoch: 1,
      seqFrom: 7,
      usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
      end: { reason: "ended_by_user", onlyIfUnattached: false },
    });
    const job = await world.summaries.claimSummaryJob(sessionId);
    await world.summaries.finishSummaryJob(job!, "They said hello.");

    const sent = (await broadcastsOn(sql, `session:${sessionId}`)).map(({ payload }) => payload);
    const facts = { type: "session.updated", title: "Renamed", status: "active", summary: null };
    const unused = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
    const usage = { inputTokens: 3, outputTokens: 4, totalTokens: 7 };
    const done = { ...facts, status: "ended", usage };
    assertEquals(sent, [
      { ...facts, usage: unused, summaryStatus: "none" },
      { ...facts, usage, summaryStatus: "none" },
      { ...done, summaryStatus: "pending" },
      { type: "session.ended", ...ended.ended },
      { ...done, summaryStatus: "running" },
      { ...done, summary: "They said hello.", summaryStatus: "done" },
    ]);
  }],

  ["[K19] a revocation says so on the topic it silences", async (database) => {
    const { sql } = database;
    const scene = await shareScene(database);
    const { sessionId, observer, owner, share } = scene;
    await observer.rpc("watch_session", { p_session_id: sessionId });
    await owner.rpc("watch_session", { p_session_id: sessionId });

    await owner.rpc("revoke_share", { p_share_id: share.shareId });
    await appendOk(scene, { epoch: 1, seqFrom: 7, events: [userEvent(7)] });

    const topics = [1, 2].map((generation) => `session:${sessionId}:${generation}`);
    const [old, next] = await Promise.all(topics.map((topic) => broadcastsOn(sql, topic)));
    assertEquals(old?.map(({ event, payload }) => ({ event, payload })), [
      { event: "share.revoked", payload: { type: "share.revoked", generation: 2 } },
    ]);
    assertEquals(next?.length, 0);
  }],

  ["a user's list hears of new, changed and deleted sessions", async (database) => {
    const { sql } = database;
    const scene = await openScene(database);
    const { sessionId, userId } = scene;
    await appendOk(scene, { epoch: 1, seqFrom: 7 });
    await sql`delete from public.sessions where session_id = ${sessionId}`;

    const sent = await broadcastsOn(sql, `user:${userId}`);

    assertEquals(sent.map(({ event, payload }) => [event, payload.operation, payload.messageCount]), [
      ["session.changed", "insert", 0],
      ["session.changed", "update", 1],
      ["session.changed", "update", 2],
      ["session.changed", "delete", 2],
    ]);
    const { startTime, lastActivityAt, ...facts } = sent[2]!.payload;
    assert(!Number.isNaN(Date.parse(String(startTime))) && !Number.isNaN(Date.parse(String(lastActivityAt))));
    assertEquals(facts, {
      type: "session.changed",
      sessionId,
      operation: "update",
      title: null,
      status: "active",
      endTime: null,
      messageCount: 2,
      summary: null,
      summaryStatus: "none",
      summaryRead: true,
    });
  }],

  ["a Realtime that refuses or is not there fails no transaction", async (database) => {
    const { sql } = database;
    const scene = await openScene(database);
    const owner = await database.signIn(scene.userId);
    await owner.rpc("watch_session", { p_session_id: scene.sessionId });
    const write = (seq: number) => appendOk(scene, { epoch: 1, seqFrom: seq, events: [userEvent(seq)] });

    await sql`alter table realtime.messages add constraint broken check (topic = '') not valid`;
    await write(7);
    await sql`alter function realtime.send rename to send_no_more`;
    await write(8);
    await sql`alter schema realtime rename to realtime_gone`;
    await write(9);
    const renamed = await owner.from("sessions").update({ title: "x" }).eq("session_id", scene.sessionId);

    assertEquals(renamed.error, null);
    const { log } = await scene.world.inspect(scene.sessionId);
    assertEquals(log.slice(2), ["user_message 7-7", "user_message 8-8", "user_message 9-9"]);
    await lead({ ...scene, sessionId: crypto.randomUUID() });
  }],
];

databaseTests("Topics", tests);
