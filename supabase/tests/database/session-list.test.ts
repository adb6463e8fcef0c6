/** What the owner's list of sessions stands on: titles, unread summaries, pages and search (R10). */
import { assertEquals } from "@std/assert";
import { appendOk, lead, type Scene, userEvent } from "../../functions/_shared/store/contract/drive.ts";
import type { AppendBatch } from "../../functions/_shared/store/session-store.ts";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import type { TestDatabase } from "./testing/open-test-database.ts";
import { asUser } from "./testing/as-user.ts";
import { openScene } from "./testing/open-scene.ts";
import { createPostgresWorld } from "./testing/postgres-world.ts";
import { shareScene, type UserClient } from "./testing/share-scene.ts";

const REFUSED = "42501";

/** One user's sessions, oldest first, each with one message. */
async function openLibrary(database: TestDatabase, texts: string[]) {
  const world = await createPostgresWorld({ sql: database.sql, client: database.server });
  const userId = await world.createUser();
  const sessionIds: string[] = [];
  for (const text of texts) {
    const scene: Scene = { world, userId, sessionId: crypto.randomUUID() };
    const { epoch } = await lead(scene);
    await appendOk(scene, { epoch, seqFrom: 1, events: [userEvent(1, text)] });
    sessionIds.push(scene.sessionId);
  }
  return { user: await database.signIn(userId), sessionIds };
}

async function titleOf({ sql }: TestDatabase, sessionId: string) {
  const [row] =
    await sql`select title, title_source as source from public.sessions where session_id = ${sessionId}`;
  return [row?.title, row?.source];
}

async function write(scene: Scene, seqFrom: number, title: unknown): Promise<void> {
  await appendOk(scene, { epoch: 1, seqFrom, title: title as AppendBatch["title"] });
}

async function search(user: UserClient, query: string) {
  const { data, error } = await user.rpc("search_sessions", { p_query: query });
  assertEquals(error, null);
  return (data ?? []).map(({ session_id }) => session_id);
}

const tests: DatabaseTest[] = [
  ["a title of the model replaces that of a message, and never the other way", async (database) => {
    const scene = await openScene(database);

    await write(scene, 7, "First words");
    const fromMessage = await titleOf(database, scene.sessionId);
    await write(scene, 7, { text: "A model's title", source: "model" });
    const fromModel = await titleOf(database, scene.sessionId);
    await write(scene, 7, { text: "Later words", source: "message" });

    assertEquals(fromMessage, ["First words", "message"]);
    assertEquals(fromModel, ["A model's title", "model"]);
    assertEquals(await titleOf(database, scene.sessionId), fromModel);
  }],

  ["a title the user chose stays, until the user clears it", async (database) => {
    const scene = await openScene(database);
    const owner = await database.signIn(scene.userId);
    const rename = (title: string | null) =>
      owner.from("sessions").update({ title }).eq("session_id", scene.sessionId);
    const model = { text: "A model's title", source: "model" };

    await rename("Mine");
    await write(scene, 7, model);
    const chosen = await titleOf(database, scene.sessionId);
    await rename(null);
    await write(scene, 7, model);

    assertEquals(chosen, ["Mine", "user"]);
    assertEquals(await titleOf(database, scene.sessionId), ["A model's title", "model"]);
  }],

  ["an empty title is none, and a long one is cut", async (database) => {
    const scene = await openScene(database);

    await write(scene, 7, { text: "x".repeat(500), source: "model" });
    await write(scene, 7, { text: "", source: "model" });

    assertEquals(await titleOf(database, scene.sessionId), ["x".repeat(200), "model"]);
  }],

  ["a title is trimmed, and one of white space alone is none", async (database) => {
    const scene = await openScene(database);
    const owner = await database.signIn(scene.userId);
    const { sessionId } = scene;
    const rename = async (title: string) => {
      const { error } = await owner.from("sessions").update({ title }).eq("session_id", sessionId);
      return [error, ...await titleOf(database, sessionId)];
    };

    assertEquals(await rename(" \u00a0Mine\u3000\n"), [null, "Mine", "user"]);
    assertEquals(await rename(" \t\u2003\ufeff"), [null, null, "message"]);
    await write(scene, 7, { text: "A model's title", source: "model" });
    await write(scene, 7, { text: " \u2003 ", source: "model" });
    assertEquals(await titleOf(database, sessionId), ["A model's title", "model"]);
  }],

  ["a new summary is unread until the owner says otherwise; an observer has no say", async (database) => {
    const scene = await shareScene(database);
    const { sessionId, owner, observer, world } = scene;
    const read = async () =>
      (await owner.from("sessions").select("summary_read").single()).data?.summary_read;
    const mark = (user: UserClient) =>
      user.from("sessions").update({ summary_read: true }).eq("session_id", sessionId).select("session_id");

    const before = await read();
    await appendOk(scene, {
      epoch: 1,
      seqFrom: 7,
      end: { reason: "ended_by_user", onlyIfUnattached: false },
    });
    const job = await world.summaries.claimSummaryJob(sessionId);
    await world.summaries.finishSummaryJob(job!, "They said hello.");
    const stored = await read();
    const byObserver = (await mark(observer)).data;
    const still = await read();
    const byOwner = (await mark(owner)).data;

    assertEquals([before, stored, still, await read()], [true, false, false, true]);
    assertEquals([byObserver, byOwner], [[], [{ session_id: sessionId }]]);
  }],

  ["search_sessions() finds words in messages, titles and summaries", async (database) => {
    const { user, sessionIds } = await openLibrary(database, [
      "Where is my parcel?",
      "A desk lamp",
      "Nothing",
    ]);
    const [parcel, lamp, nothing] = sessionIds;
    await user.from("sessions").update({ title: "Broken lamp" }).eq("session_id", nothing!);
    await database
      .sql`update public.sessions set summary = 'Asked for a refund' where session_id = ${parcel!}`;

    assertEquals(await search(user, "PARCEL"), [parcel]);
    assertEquals(await search(user, "lamp"), [nothing, lamp]);
    assertEquals(await search(user, "refund"), [parcel]);
    assertEquals(await search(user, "lamp -desk"), [nothing]);
    assertEquals(await search(user, '"desk lamp"'), [lamp]);
    assertEquals(await search(user, '"lamp desk"'), []);
    assertEquals(await search(user, "parcel or lamp"), [nothing, lamp, parcel]);
    assertEquals(await search(user, "unicorn"), []);
  }],

  ["search_sessions() with nothing to search for lists all, newest activity first", async (database) => {
    const { user, sessionIds } = await openLibrary(database, ["one", "two", "three"]);

    for (const query of ["", "  ", "!?"]) {
      assertEquals(await search(user, query), sessionIds.toReversed(), query);
    }
    const { data } = await user.rpc("search_sessions", {});
    assertEquals(data?.map(({ snippet }) => snippet as string | null), [null, null, null]);
  }],

  ["search_sessions() gives page after page, each session once", async (database) => {
    const { user, sessionIds } = await openLibrary(database, [
      "a word",
      "a word",
      "a word",
      "a word",
      "a word",
    ]);
    await database
      .sql`update public.sessions set last_activity_at = now() where session_id = any(${sessionIds})`;

    for (const p_query of ["", "word", '"a word"']) {
      const found: string[] = [];
      let place = {};
      for (let page = 0; page < 4; page++) {
        const { data } = await user.rpc("search_sessions", { p_query, p_limit: 2, ...place });
        const last = data?.at(-1);
        if (!last) break;
        found.push(...data!.map(({ session_id }) => session_id));
        place = { p_before: last.last_activity_at, p_before_id: last.session_id };
      }
      assertEquals(found, sessionIds.toSorted().toReversed(), p_query);
    }
  }],

  ["search_sessions() gives at most 50 and at least one", async (database) => {
    const { user } = await openLibrary(database, ["one", "two"]);
    const count = async (p_limit: number) => (await user.rpc("search_sessions", { p_limit })).data?.length;

    assertEquals([await count(0), await count(-5), await count(1000)], [1, 1, 2]);
  }],

  ["a query of a megabyte costs no more than its first thousand characters", async (database) => {
    const scene = await openScene(database);

    const found = await asUser({ sql: database.sql, userId: scene.userId }, async (user) => {
      await user`set local statement_timeout = '2s'`;
      return await user`select session_id from public.search_sessions(${"a ".repeat(500_000)})`;
    });

    assertEquals(found.length, 0);
  }],

  ["a snippet is text with marks around the matches, and never HTML", async (database) => {
    const { user } = await openLibrary(database, [
      "Say <b>hello</b> to \uE000the\uE001 parrot & its friends",
    ]);

    const { data } = await user.rpc("search_sessions", { p_query: "parrot" });

    const [found] = data ?? [];
    assertEquals(found?.snippet?.match(/[\uE000\uE001]/g), ["\uE000", "\uE001"]);
    assertEquals(found?.snippet?.includes("to the \uE000parrot\uE001 & its friends"), true);
  }],

  ["[R10] nobody finds what belongs to somebody else, not even what they observe", async (database) => {
    const scene = await shareScene(database);
    const { user } = await openLibrary(database, ["mine"]);
    await appendOk(scene, { epoch: 1, seqFrom: 7, events: [userEvent(7, "a secret zebra")] });

    assertEquals(await search(scene.owner, "zebra"), [scene.sessionId]);
    assertEquals(await search(scene.observer, "zebra"), []);
    assertEquals(await search(user, "zebra"), []);
    assertEquals((await search(scene.observer, "")).length, 0);
    const { error } = await database.anonymous.rpc("search_sessions", { p_query: "zebra" });
    assertEquals(error?.code, REFUSED);
  }],
];

databaseTests("Session list", tests);
