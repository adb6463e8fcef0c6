/** Commands without a socket: what is let into the inbox, from whom, and who is woken (K10, K14, R10). */
import { assert, assertEquals } from "@std/assert";
import type { CommandInput } from "../../functions/_shared/protocol/mod.ts";
import { appendOk, startAnswer } from "../../functions/_shared/store/contract/drive.ts";
import type { Json } from "../../functions/_shared/database.types.ts";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import type { TestDatabase } from "./testing/open-test-database.ts";
import { openScene } from "./testing/open-scene.ts";
import { createUser } from "./testing/postgres-world.ts";
import { shareScene, type UserClient } from "./testing/share-scene.ts";

const REFUSED = "42501";
const MALFORMED = "22023";
const TOO_MANY = "54000";
const FRESH = { duplicate: false, settled: false, seq: null, refusal: null, targetTurnId: null };

const id = () => crypto.randomUUID();

function send(user: UserClient, sessionId: string, command: unknown) {
  return user.rpc("send_command", { p_session_id: sessionId, p_command: command as Json });
}

async function openOwnScene(database: TestDatabase) {
  const scene = await openScene(database);
  return { ...scene, owner: await database.signIn(scene.userId) };
}

/** The calls for a worker, instead of their requests. */
async function countWakes({ sql }: TestDatabase): Promise<void> {
  await sql.unsafe(`
    create table if not exists private.test_wakes (session_id uuid);
    grant all on private.test_wakes to postgres;
    create or replace function private.kick_wake(p_session_id uuid) returns text
    language sql volatile set search_path = ''
    as $$ insert into private.test_wakes values (p_session_id) returning null::text $$;
  `);
}

async function wakesOf({ sql }: TestDatabase, sessionId: string): Promise<number> {
  return (await sql`select 1 from private.test_wakes where session_id = ${sessionId}`).length;
}

const tests: DatabaseTest[] = [
  ["[K10] a command reaches the leader's inbox once, and leaves nobody to be woken", async (database) => {
    await countWakes(database);
    const scene = await openOwnScene(database);
    const { owner, sessionId, userId } = scene;
    const command = { type: "message.create", id: id(), text: "Hello" };

    const first = await send(owner, sessionId, command);
    const again = await send(owner, sessionId, command);
    const { inbox } = await appendOk(scene, { epoch: 1, seqFrom: 7 });

    assertEquals([first.data, again.data], [FRESH, { ...FRESH, duplicate: true }]);
    assertEquals(inbox.map((waiting) => ({ ...waiting })), [
      { command: { ...command, onBusy: "queue" } as never, userId, targetTurnId: null },
    ]);
    assertEquals(await wakesOf(database, sessionId), 0);
  }],

  [
    "[K14] a session without a worker is woken once for a command, and again when that was long ago",
    async (database) => {
      await countWakes(database);
      const { owner, sessionId, world } = await openOwnScene(database);
      const command = { type: "message.create", id: id(), text: "Hello", onBusy: "interrupt" };
      const wakes: number[] = [];
      const sendAfter = async (milliseconds: number) => {
        await world.passTime(milliseconds);
        await send(owner, sessionId, command);
        wakes.push(await wakesOf(database, sessionId));
      };

      // The lease has run out, and the socket's worker may take over; then the socket is gone, too.
      await sendAfter(10_001);
      await sendAfter(5_000);
      await sendAfter(1_000);
      await sendAfter(1_000);
      await sendAfter(2_000);

      assertEquals(wakes, [0, 1, 1, 2, 2]);
    },
  ],

  ["[K11] a cancel without a leader ends the turn itself and wakes nobody", async (database) => {
    await countWakes(database);
    const scene = await openOwnScene(database);
    const { owner, sessionId, world } = scene;
    const turn = await startAnswer(scene, { epoch: 1, seqFrom: 7 });
    await world.passTime(10_001);

    const { data } = await send(owner, sessionId, { type: "turn.cancel", id: id() });

    assertEquals(data, { ...FRESH, settled: true, seq: 13, targetTurnId: turn.turnId });
    assertEquals(await wakesOf(database, sessionId), 0);
  }],

  ["every command of the protocol is let in", async (database) => {
    const { owner, sessionId } = await openOwnScene(database);
    const commands: CommandInput[] = [
      { type: "message.create", id: id(), text: "x".repeat(32_000), onBusy: "reject" },
      { type: "message.create", id: id(), text: "\u{1F600}".repeat(15_999) + "xy" },
      { type: "message.create", id: id(), text: "\u200b" },
      { type: "message.create", id: "ffffffff-ffff-ffff-ffff-ffffffffffff", text: "x" },
      { type: "message.create", id: "0198C0DE-0000-7000-B000-00000000000A", text: "x" },
      { type: "turn.cancel", id: id() },
      { type: "turn.cancel", id: id(), turnId: id() },
      { type: "tool.approve", id: id(), approvalId: "a", approved: true },
      { type: "tool.approve", id: id(), approvalId: "a", approved: false, reason: "" },
      { type: "input.provide", id: id(), interruptId: "i", values: { order: "ORD-1", count: 2, sure: true } },
      { type: "input.provide", id: id(), interruptId: "i", values: {} },
      { type: "input.provide", id: id(), interruptId: "i", declined: true },
      { type: "message.regenerate", id: id(), messageId: "m" },
      { type: "session.end", id: id() },
    ];

    for (const command of commands) {
      const { error } = await send(owner, sessionId, command);
      assertEquals(error, null, JSON.stringify(command).slice(0, 200));
    }
  }],

  ["what is no command is refused, and nothing of it is kept", async (database) => {
    const { owner, sessionId } = await openOwnScene(database);
    const commands: unknown[] = [
      null,
      [],
      "message.create",
      {},
      { type: "message.create", text: "no id" },
      { type: "message.create", id: "not-a-uuid", text: "x" },
      { type: "message.create", id: 7, text: "x" },
      { type: "message.create", id: id() },
      { type: "message.create", id: id(), text: 7 },
      { type: "message.create", id: id(), text: " \n" },
      { type: "message.create", id: id(), text: "x".repeat(32_001) },
      { type: "message.create", id: id(), text: "\u{1F600}".repeat(20_000) },
      { type: "message.create", id: id(), text: "\u{1F600}".repeat(15_999) + "xyz" },
      { type: "message.create", id: id(), text: " \u00a0\u1680\u2003\u2028\u202f\u3000\ufeff\v\f\n" },
      { type: "message.create", id: "00000000-0000-0000-8000-000000000001", text: "x" },
      { type: "message.create", id: "00000000-0000-4000-7000-000000000001", text: "x" },
      { type: "message.create", id: "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", text: "x" },
      { type: "message.create", id: id(), text: "x", onBusy: "wait" },
      { type: "message.create", id: id(), text: "x", onBusy: null },
      { type: "message.create", id: id(), text: "x", extra: 1 },
      { type: "turn.cancel", id: id(), turnId: "x" },
      { type: "turn.cancel", id: id(), turnId: null },
      { type: "tool.approve", id: id(), approvalId: "a" },
      { type: "tool.approve", id: id(), approvalId: "", approved: true },
      { type: "tool.approve", id: id(), approvalId: "\u{1F600}".repeat(101), approved: true },
      { type: "tool.approve", id: id(), approvalId: "a", approved: "yes" },
      { type: "tool.approve", id: id(), approvalId: "a", approved: true, reason: "x".repeat(2_001) },
      { type: "input.provide", id: id(), interruptId: "i" },
      { type: "input.provide", id: id(), interruptId: "i", values: {}, declined: true },
      { type: "input.provide", id: id(), interruptId: "i", declined: false },
      { type: "input.provide", id: id(), interruptId: "i", values: [] },
      { type: "input.provide", id: id(), interruptId: "i", values: { nested: {} } },
      { type: "message.regenerate", id: id() },
      { type: "session.end", id: id(), reason: "x" },
      { type: "auth.refresh", accessToken: "x" },
      { type: "ping" },
      { type: "drop table", id: id() },
    ];

    for (const command of commands) {
      const { error } = await send(owner, sessionId, command);
      assertEquals(error?.code, MALFORMED, JSON.stringify(command)?.slice(0, 200));
    }
    const kept = await database.sql`select 1 from private.commands where session_id = ${sessionId}`;
    assertEquals(kept.length, 0);
  }],

  [
    "[R10] nobody but the owner sends a command, and a missing session is refused in the same words",
    async (database) => {
      const { sessionId, observer } = await shareScene(database);
      const other = await database.signIn(await createUser(database.sql));
      const missing = crypto.randomUUID();
      const command = { type: "session.end", id: id() };

      const byObserver = await send(observer, sessionId, command);
      const byOther = await send(other, sessionId, command);
      const toMissing = await send(other, missing, command);
      const byNobody = await send(database.anonymous, sessionId, command);

      const errors = [byObserver, byOther, toMissing, byNobody].map(({ error }) => error);
      assertEquals(errors.map((error) => error?.code), [REFUSED, REFUSED, REFUSED, REFUSED]);
      assertEquals(byOther.error?.message.replace(sessionId, missing), toMissing.error?.message);
    },
  ],

  ["at most 100 commands wait, and one of them may be asked about again", async (database) => {
    const { owner, sessionId, userId } = await openOwnScene(database);
    const command = { type: "session.end", id: id() };
    await send(owner, sessionId, command);
    await database.sql`insert into private.commands (session_id, command_id, user_id, payload)
      select ${sessionId}, gen_random_uuid(), ${userId}, '{}' from generate_series(1, 99)`;

    const next = await send(owner, sessionId, { ...command, id: id() });
    const again = await send(owner, sessionId, command);

    assertEquals(next.error?.code, TOO_MANY);
    assertEquals(again.data, { ...FRESH, duplicate: true });
  }],

  ["a wake that cannot be sent fails no command", async (database) => {
    const { sql } = database;
    const { owner, sessionId, world } = await openOwnScene(database);
    await sql`create or replace function private.kick_wake(p_session_id uuid) returns text
      language sql volatile set search_path = '' as $$ select 'Vault lacks functions_url or wake_secret' $$`;
    await world.passTime(10_001);

    const { data, error } = await send(owner, sessionId, { type: "session.end", id: id() });

    assert(error === null);
    assertEquals(data, FRESH);
  }],
];

databaseTests("Send command", tests);
