/** The sample rows behind the tools, and the tools' functions, as the signed-in user calls them (R9, K12). */
import { assertEquals } from "@std/assert";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import { openScene } from "./testing/open-scene.ts";
import { createUser } from "./testing/postgres-world.ts";
import type { TestDatabase } from "./testing/open-test-database.ts";

async function signInWithSamples(database: TestDatabase) {
  const scene = await openScene(database);
  return { ...scene, user: await database.signIn(scene.userId) };
}

function cancel(
  user: Awaited<ReturnType<TestDatabase["signIn"]>>,
  orderId: string,
  key: string = crypto.randomUUID(),
) {
  return user.rpc("cancel_order", { p_order_id: orderId, p_call_key: key }).then(({ data }) => data);
}

const tests: DatabaseTest[] = [
  ["each user has sample rows of their own from the first session on", async (database) => {
    const { user } = await signInWithSamples(database);
    const { user: other } = await signInWithSamples(database);

    for (const client of [user, other]) {
      const accounts = await client.from("accounts").select("user_id, currency, balance").eq(
        "user_id",
        "user-1",
      );
      const orders = await client.from("orders").select("status").eq("order_id", "ORD-1001");
      assertEquals(accounts.data?.map((row) => ({ ...row, balance: Number(row.balance) })), [
        { user_id: "user-1", currency: "USD", balance: 1250.75 },
      ]);
      assertEquals(orders.data, [{ status: "SHIPPED" }]);
    }
  }],

  ["a second session brings no cancelled order back", async (database) => {
    const { user, userId, world } = await signInWithSamples(database);
    await cancel(user, "ORD-1003");

    const second = { sessionId: crypto.randomUUID(), userId, workerId: "w", connectionId: "c" };
    await world.store.openSession(second);

    assertEquals((await user.from("orders").select("status").eq("order_id", "ORD-1003")).data, [
      { status: "CANCELLED" },
    ]);
  }],

  ["[K12] cancel_order() with the same key gives the same result and cancels once", async (database) => {
    const { user } = await signInWithSamples(database);

    const results = await Promise.all([1, 2, 3].map(() => cancel(user, "ORD-1003", "key-1")));
    const repeated = await cancel(user, "ORD-1003", "key-1");
    const anew = await cancel(user, "ORD-1003", "key-2");

    const done = { order_id: "ORD-1003", cancelled: true, status: "CANCELLED" };
    assertEquals([...results, repeated], [done, done, done, done]);
    assertEquals(anew, { ...done, cancelled: false, reason: "The order was cancelled before." });
  }],

  ["cancel_order() refuses what is on its way, delivered or unknown, and says why", async (database) => {
    const { user } = await signInWithSamples(database);

    const results = [
      await cancel(user, "ORD-1001"),
      await cancel(user, "ORD-1002"),
      await cancel(user, "ORD-9"),
    ];

    assertEquals(results, [
      {
        order_id: "ORD-1001",
        cancelled: false,
        status: "SHIPPED",
        reason: "The order has already been shipped.",
      },
      {
        order_id: "ORD-1002",
        cancelled: false,
        status: "DELIVERED",
        reason: "The order has already been delivered.",
      },
      { order_id: "ORD-9", cancelled: false, reason: "There is no such order." },
    ]);
  }],

  ["cancel_order() refuses what is no id or no key in words that tell of no row", async (database) => {
    const { user } = await signInWithSamples(database);
    const long = "x".repeat(201);
    const none = null as unknown as string;
    const given: [string, string][] = [[none, "key"], [long, "key"], ["ORD-1003", none], ["ORD-1003", long]];

    for (const [p_order_id, p_call_key] of given) {
      const { error } = await user.rpc("cancel_order", { p_order_id, p_call_key });
      assertEquals([error?.code, error?.details], ["22023", null]);
      assertEquals(error?.message.endsWith("has 1 to 200 characters"), true, error?.message);
    }
    assertEquals((await user.from("orders").select("status").eq("order_id", "ORD-1003")).data, [
      { status: "PROCESSING" },
    ]);
  }],

  [
    "[R9] nobody cancels another user's order, and a key of one user is not one of another",
    async (database) => {
      const { user } = await signInWithSamples(database);
      const stranger = await database.signIn(await createUser(database.sql));

      const strange = await cancel(stranger, "ORD-1003", "shared-key");
      const own = await cancel(user, "ORD-1003", "shared-key");
      const nobody = await database.anonymous.rpc("cancel_order", {
        p_order_id: "ORD-1004",
        p_call_key: "k",
      });

      assertEquals(strange, { order_id: "ORD-1003", cancelled: false, reason: "There is no such order." });
      assertEquals(own, { order_id: "ORD-1003", cancelled: true, status: "CANCELLED" });
      assertEquals(nobody.error?.code, "42501");
    },
  ],

  ["users write no account and no order", async (database) => {
    const { user } = await signInWithSamples(database);

    const richer = await user.from("accounts").update({ balance: 1e6 }).eq("user_id", "user-1");
    const sooner = await user.from("orders").update({ status: "DELIVERED" }).eq("order_id", "ORD-1004");

    assertEquals([richer.error?.code, sooner.error?.code], ["42501", "42501"]);
  }],

  ["[R9] session_analytics() counts the caller's own sessions only", async (database) => {
    const { user } = await signInWithSamples(database);
    await openScene(database);

    const { data } = await user.rpc("session_analytics");

    const figures = data as Record<string, unknown> & { lastSevenDays: { sessions: number }[] };
    const { lastSevenDays, ...totals } = figures;
    assertEquals(totals, {
      sessions: 1,
      activeSessions: 1,
      messages: 2,
      toolCalls: 0,
      inputTokens: 0,
      outputTokens: 0,
      averageDurationSeconds: 0,
    });
    assertEquals(lastSevenDays.map(({ sessions }) => sessions), [0, 0, 0, 0, 0, 0, 1]);
  }],

  ["the demo account of the seed signs in", async ({ anonymous, stack }) => {
    const { data, error } = await anonymous.auth.signInWithPassword(stack.demo);

    assertEquals([error, data.user?.email], [null, "demo@parley.local"]);
    await anonymous.auth.signOut();
  }],
];

databaseTests("Sample data", tests);
