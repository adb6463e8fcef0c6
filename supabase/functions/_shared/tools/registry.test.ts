import { assertEquals, assertRejects } from "@std/assert";
import { createMemoryUserDatabase } from "./memory-user-database.ts";
import { TOOLS } from "./registry.ts";
import { type ToolContext, ToolError } from "./tool.ts";

const calls: Record<string, unknown>[] = [];

function context(userId: string): ToolContext {
  const database = createMemoryUserDatabase({
    userId,
    tables: {
      accounts: [{ owner: "ada", user_id: "user-1", currency: "USD", balance: 1250.5 }],
      orders: [{ owner: "ada", order_id: "ORD-1001", item: "Lamp", status: "SHIPPED", eta_days: 2 }],
    },
    functions: {
      session_analytics: () => ({ sessions: 3 }),
      cancel_order: (parameters) => {
        calls.push(parameters);
        return { order_id: parameters.p_order_id, cancelled: true, status: "CANCELLED" };
      },
    },
  });
  return { database, callKey: "turn:call", signal: new AbortController().signal };
}

function execute(
  name: string,
  { input, userId = "ada" }: { input: Record<string, unknown>; userId?: string },
) {
  const tool = TOOLS.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`No tool ${name}`);
  return tool.execute(tool.input.parse(input), context(userId));
}

Deno.test("fetch_account_balance tells the balance of the user's own account", async () => {
  const account = await execute("fetch_account_balance", { input: { user_id: "user-1" } });

  assertEquals(account, { user_id: "user-1", currency: "USD", balance: 1250.5 });
});

Deno.test("[R9] fetch_account_balance knows nothing of somebody else's account", async () => {
  await assertRejects(
    () => execute("fetch_account_balance", { input: { user_id: "user-1" }, userId: "bob" }),
    ToolError,
    "There is no account with the user id user-1 among yours",
  );
});

Deno.test("fetch_order_status tells status and delivery of the user's own order", async () => {
  const order = await execute("fetch_order_status", { input: { order_id: "ord-1001" } });

  assertEquals(order, { order_id: "ORD-1001", item: "Lamp", status: "SHIPPED", eta_days: 2 });
});

Deno.test("[R9] fetch_order_status knows nothing of somebody else's order", async () => {
  const attempt = () => execute("fetch_order_status", { input: { order_id: "ORD-1001" }, userId: "bob" });

  await assertRejects(attempt, ToolError, "There is no order with the id ORD-1001 among yours");
});

Deno.test("fetch_internal_data gives the analytics of the caller with the query they answer", async () => {
  const data = await execute("fetch_internal_data", { input: { query: "user analytics" } });

  assertEquals(data, { query: "user analytics", analytics: { sessions: 3 } });
});

Deno.test("[K12] cancel_order needs approval and hands its call key to the database", async () => {
  calls.length = 0;

  const result = await execute("cancel_order", { input: { order_id: "ORD-1003" } });

  assertEquals(result, { order_id: "ORD-1003", cancelled: true, status: "CANCELLED" });
  assertEquals(calls, [{ p_order_id: "ORD-1003", p_call_key: "turn:call" }]);
  assertEquals(TOOLS.filter((tool) => tool.needsApproval).map((tool) => tool.name), ["cancel_order"]);
  assertEquals(TOOLS.filter((tool) => tool.sideEffects !== "none").map((tool) => tool.sideEffects), [
    "keyed",
  ]);
});
