/** Sharing a session, from every side: its owner, an observer, somebody else, and nobody (R10, K19). */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startAnswer } from "../../functions/_shared/store/contract/drive.ts";
import { createUser } from "./testing/postgres-world.ts";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import { openScene } from "./testing/open-scene.ts";
import { createShare, shareScene, type UserClient } from "./testing/share-scene.ts";

const REFUSED = "42501";

async function sees(user: UserClient, sessionId: string): Promise<string[]> {
  const tables = ["sessions", "session_events", "session_shares", "session_observers"] as const;
  const found = await Promise.all(
    tables.map((table) => user.from(table).select().eq("session_id", sessionId)),
  );
  return tables.filter((_, index) => (found[index]?.data ?? []).length > 0);
}

async function refusal(call: PromiseLike<{ error: { code: string; message: string } | null }>) {
  const { error } = await call;
  return error && { code: error.code, message: error.message };
}

const tests: DatabaseTest[] = [
  ["an observer reads the session and its log, and nothing else", async (database) => {
    const { observer, observerId, owner, sessionId } = await shareScene(database);
    const other = await database.signIn(await createUser(database.sql));

    assertEquals(await sees(owner, sessionId), [
      "sessions",
      "session_events",
      "session_shares",
      "session_observers",
    ]);
    assertEquals(await sees(observer, sessionId), ["sessions", "session_events", "session_observers"]);
    assertEquals(await sees(other, sessionId), []);
    const seen = await observer.from("session_observers").select("user_id");
    assertEquals(seen.data, [{ user_id: observerId }]);
    for (const table of ["accounts", "orders"] as const) {
      assertEquals((await observer.from(table).select()).data, [], table);
    }
  }],

  ["[R10] an observer changes nothing", async (database) => {
    const { observer, sessionId, share } = await shareScene(database);

    const renamed = await observer.from("sessions").update({ title: "Mine" }).eq("session_id", sessionId)
      .select();
    const codes = [
      await refusal(observer.from("session_events").delete().eq("session_id", sessionId)),
      await refusal(observer.rpc("create_share", { p_session_id: sessionId })),
      await refusal(observer.rpc("revoke_share", { p_share_id: share.shareId })),
      await refusal(
        observer.from("session_observers").update({ joined_at: "2020-01-01" }).eq("session_id", sessionId),
      ),
    ].map((error) => error?.code);

    assertEquals(renamed.data, []);
    assertEquals(codes, [REFUSED, REFUSED, REFUSED, REFUSED]);
  }],

  ["[R10] nobody signed in may see or use shares", async (database) => {
    const { sessionId, share } = await shareScene(database);
    const { anonymous } = database;

    const errors = [
      await refusal(anonymous.from("session_shares").select()),
      await refusal(anonymous.from("session_observers").select()),
      await refusal(anonymous.from("session_observers").delete().eq("session_id", sessionId)),
      await refusal(anonymous.rpc("create_share", { p_session_id: sessionId })),
      await refusal(anonymous.rpc("accept_share", { p_code: share.code })),
      await refusal(anonymous.rpc("revoke_share", { p_share_id: share.shareId })),
      await refusal(anonymous.rpc("watch_session", { p_session_id: sessionId })),
      await refusal(anonymous.rpc("session_topics", { p_session_id: sessionId })),
      await refusal(anonymous.rpc("read_session", { p_session_id: sessionId })),
    ];

    assertEquals(errors.map((error) => error?.code), errors.map(() => REFUSED));
  }],

  ["[R10] a foreign session and a missing one are refused in the same words", async (database) => {
    const { sessionId } = await openScene(database);
    const other = await database.signIn(await createUser(database.sql));
    const missing = crypto.randomUUID();
    const calls = ["create_share", "watch_session", "session_topics", "read_session"] as const;

    for (const name of calls) {
      const foreign = await refusal(other.rpc(name, { p_session_id: sessionId }));
      const absent = await refusal(other.rpc(name, { p_session_id: missing }));

      assertEquals(foreign?.code, REFUSED, name);
      assertEquals(foreign?.message.replace(sessionId, missing), absent?.message, name);
    }
  }],

  ["a code is told once and kept as a hash only", async (database) => {
    const { owner, sessionId, share } = await shareScene(database);

    const { data } = await owner.from("session_shares").select().eq("session_id", sessionId);
    const [stored] = await database.sql`
      select encode(code_hash, 'hex') as hash from private.share_codes where share_id = ${share.shareId}`;
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(share.code));

    assertMatch(share.code, /^[A-Za-z0-9_-]{43}$/);
    assertEquals(JSON.stringify(data).includes(share.code), false);
    assertEquals(stored?.hash, toHex(digest));
  }],

  ["wrong, revoked and expired codes are refused in the same words", async (database) => {
    const { owner, sessionId, share } = await shareScene(database);
    const other = await database.signIn(await createUser(database.sql));
    const expired = await createShare(owner, sessionId);
    await database.sql`update public.session_shares set expires_at = now() - interval '1 s'
      where share_id = ${expired.shareId}`;
    await owner.rpc("revoke_share", { p_share_id: share.shareId });

    const errors = [
      await refusal(other.rpc("accept_share", { p_code: "guess" })),
      await refusal(other.rpc("accept_share", { p_code: share.code })),
      await refusal(other.rpc("accept_share", { p_code: expired.code })),
    ];

    assertEquals(errors[0]?.code, REFUSED);
    assertEquals(errors, [errors[0], errors[0], errors[0]]);
    assertEquals(await sees(other, sessionId), []);
  }],

  ["the owner who accepts an own code stays the owner", async (database) => {
    const { owner, sessionId, share, observerId } = await shareScene(database);

    const accepted = await owner.rpc("accept_share", { p_code: share.code });

    assertEquals(accepted.data, { sessionId });
    const { data } = await owner.from("session_observers").select("user_id").eq("session_id", sessionId);
    assertEquals(data, [{ user_id: observerId }]);
  }],

  ["[K19] revoking a share ends what its observers may see, and those of another go on", async (database) => {
    const { observer, owner, sessionId, share } = await shareScene(database);
    const second = await database.signIn(await createUser(database.sql));
    await second.rpc("accept_share", { p_code: (await createShare(owner, sessionId)).code });

    const { error } = await owner.rpc("revoke_share", { p_share_id: share.shareId });

    assertEquals(error, null);
    assertEquals(await sees(observer, sessionId), []);
    assertEquals(await sees(second, sessionId), ["sessions", "session_events", "session_observers"]);
    assertEquals((await refusal(observer.rpc("watch_session", { p_session_id: sessionId })))?.code, REFUSED);
    const { data } = await second.rpc("watch_session", { p_session_id: sessionId });
    assertEquals((data as { topic: string }).topic, `session:${sessionId}:2`);
  }],

  ["[R10] nobody revokes the share of somebody else, existing or not", async (database) => {
    const { share } = await shareScene(database);
    const other = await database.signIn(await createUser(database.sql));
    const missing = crypto.randomUUID();

    const foreign = await refusal(other.rpc("revoke_share", { p_share_id: share.shareId }));
    const absent = await refusal(other.rpc("revoke_share", { p_share_id: missing }));

    assertEquals(foreign?.code, REFUSED);
    assertEquals(foreign?.message.replace(share.shareId, missing), absent?.message);
  }],

  ["revoking twice changes nothing the second time", async (database) => {
    const { owner, sessionId, share } = await shareScene(database);
    const generation = async () =>
      (await database.sql`select generation from private.watches where session_id = ${sessionId}`)[0]
        ?.generation;

    await owner.rpc("revoke_share", { p_share_id: share.shareId });
    const once = await generation();
    await owner.rpc("revoke_share", { p_share_id: share.shareId });

    assertEquals([once, await generation()], [2, 2]);
  }],

  [
    "[K19] an observer whom the owner removes is out, and the code does not let them in again",
    async (database) => {
      const { observer, observerId, owner, sessionId, share } = await shareScene(database);

      const removed = await owner.from("session_observers").delete().eq("user_id", observerId).select(
        "user_id",
      );

      assertEquals(removed.data, [{ user_id: observerId }]);
      assertEquals(await sees(observer, sessionId), []);
      assertEquals((await refusal(observer.rpc("accept_share", { p_code: share.code })))?.code, REFUSED);
      const { data } = await owner.rpc("watch_session", { p_session_id: sessionId });
      assertEquals((data as { observersTopic: string }).observersTopic, `session:${sessionId}:2`);
    },
  ],

  [
    "[K19] an observer who leaves hears no more, may come back, and may not remove another",
    async (database) => {
      const { observer, observerId, owner, sessionId, share } = await shareScene(database);
      const second = await database.signIn(await createUser(database.sql));
      await second.rpc("accept_share", { p_code: share.code });

      const others = await observer.from("session_observers").delete().neq("user_id", observerId).select();
      const own = await observer.from("session_observers").delete().eq("user_id", observerId).select(
        "user_id",
      );
      const gone = await sees(observer, sessionId);
      const { error } = await observer.rpc("accept_share", { p_code: share.code });

      assertEquals([others.data, own.data, gone, error], [[], [{ user_id: observerId }], [], null]);
      const { data } = await owner.rpc("watch_session", { p_session_id: sessionId });
      assertEquals((data as { observersTopic: string }).observersTopic, `session:${sessionId}:2`);
    },
  ],

  ["who has a socket learns where to appear, without asking for broadcasts", async (database) => {
    const { observer, owner, sessionId, share } = await shareScene(database);
    const topicsOf = async (user: typeof owner) =>
      (await user.rpc("session_topics", { p_session_id: sessionId })).data;

    const shared = [await topicsOf(owner), await topicsOf(observer)];
    await owner.rpc("revoke_share", { p_share_id: share.shareId });
    const unshared = await topicsOf(owner);

    const own = { role: "owner", topic: `session:${sessionId}` };
    const topic = `session:${sessionId}:1`;
    assertEquals(shared, [{ ...own, observersTopic: topic }, { role: "observer", topic }]);
    assertEquals(unshared, own);
    const watched = await database.sql`select from private.watches
      where session_id = ${sessionId} and coalesce(owner_until, observers_until) is not null`;
    assertEquals(watched.length, 0);
  }],

  ["a share that ran out ends reading at once, and the topic with the next look", async (database) => {
    const { observer, owner, sessionId, share } = await shareScene(database);
    const { sql } = database;
    await sql`update public.session_shares set expires_at = now() - interval '1 s' where share_id = ${share.shareId}`;

    const seen = await sees(observer, sessionId);
    await sql`select private.expire_shares()`;

    const { data } = await owner.from("session_shares").select("revoked_at").eq("session_id", sessionId);
    const [watches] = await sql`select generation from private.watches where session_id = ${sessionId}`;
    assertEquals(seen.includes("sessions"), false);
    assertEquals(watches?.generation, 2);
    assert(data?.[0]?.revoked_at);
  }],

  ["a session has a bounded number of open shares", async (database) => {
    const { owner, sessionId, share } = await shareScene(database);
    await database.sql`update private.settings set value = 1 where name = 'share_limit'`;

    const refused = await refusal(owner.rpc("create_share", { p_session_id: sessionId }));
    await owner.rpc("revoke_share", { p_share_id: share.shareId });
    const accepted = await refusal(owner.rpc("create_share", { p_session_id: sessionId }));
    await database.sql`update private.settings set value = 50 where name = 'share_limit'`;

    assertEquals([refused?.code, accepted], ["54000", null]);
  }],

  ["deleting a user or a session takes shares and observers along", async (database) => {
    const { observerId, owner, sessionId, userId } = await shareScene(database);
    await owner.rpc("watch_session", { p_session_id: sessionId });

    await database.sql`delete from auth.users where id = ${observerId}`;
    const [watches] = await database
      .sql`select generation from private.watches where session_id = ${sessionId}`;
    await database.sql`delete from auth.users where id = ${userId}`;

    const left = await database.sql`select from public.session_shares where session_id = ${sessionId}
      union all select from private.watches where session_id = ${sessionId}`;
    assertEquals([watches?.generation, left.length], [2, 0]);
  }],

  ["an observer reads the same page of the log as the owner, in their role", async (database) => {
    const { observer, owner, sessionId } = await shareScene(database);

    const asOwner = (await owner.rpc("read_session", { p_session_id: sessionId })).data as Record<
      string,
      unknown
    >;
    const asObserver = (await observer.rpc("read_session", { p_session_id: sessionId }))
      .data as typeof asOwner;

    assertEquals([asOwner.role, asObserver.role], ["owner", "observer"]);
    assertEquals({ ...asObserver, role: "owner" }, asOwner);
    assertEquals([asOwner.epoch, asOwner.epochStart, asOwner.lastSeq], [1, 1, 6]);
    assertEquals((asOwner.items as { kind: string }[]).map(({ kind }) => kind), ["message", "message"]);
  }],

  ["read_session() tells of open turns, but not where the provider keeps them", async (database) => {
    const scene = await shareScene(database);
    const turn = await startAnswer(scene, { epoch: 1, seqFrom: 7 });
    await database
      .sql`update private.turns set checkpoint = '{"responseId": "r"}' where turn_id = ${turn.turnId}`;

    const { data } = await scene.observer.rpc("read_session", { p_session_id: scene.sessionId });

    const { openTurns, items } = data as { openTurns: unknown; items: { kind: string; skip?: number }[] };
    assertEquals(openTurns, [{ ...turn, status: "running", userSeq: 7, attempts: 1 }]);
    assertEquals(items.map(({ kind }) => kind), ["message", "message", "message", "chunks"]);
  }],

  ["[K3] read_session() judges a cursor, and bounds a page", async (database) => {
    const { observer, sessionId } = await shareScene(database);
    const read = async (parameters: Record<string, number>) =>
      (await observer.rpc("read_session", { p_session_id: sessionId, ...parameters })).data as {
        resume: { kind: string };
        items: unknown[];
        nextSeq: number | null;
      };

    const replayed = await read({ p_cursor_epoch: 1, p_cursor_seq: 6 });
    const unknown = await read({ p_cursor_epoch: 9, p_cursor_seq: 6 });
    const small = await read({ p_max_bytes: 1 });
    const greedy = await read({ p_max_bytes: 2_000_000_000 });

    assertEquals([replayed.resume.kind, replayed.items], ["replay", []]);
    assertEquals(unknown.resume.kind, "snapshot");
    assertEquals([small.items.length, small.nextSeq], [1, 1]);
    assertEquals(greedy.items.length, 2);
  }],
];

function toHex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

databaseTests("Shares", tests);
