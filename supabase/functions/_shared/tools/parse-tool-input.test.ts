import { assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { fetchAccountBalance } from "./fetch-account-balance.ts";
import { fetchOrderStatus } from "./fetch-order-status.ts";
import { parseToolInput } from "./parse-tool-input.ts";
import { defineTool } from "./tool.ts";

const transfer = defineTool({
  name: "transfer",
  description: "Move money",
  input: z.object({ from: z.string(), to: z.string(), amount: z.number(), note: z.string().default("") }),
  questions: { from: "From which account?" },
  needsApproval: true,
  sideEffects: "once",
  timeoutMs: 1_000,
  execute: () => Promise.resolve(null),
});

Deno.test("parseToolInput() gives the parsed input, trimmed and with defaults", () => {
  assertEquals(parseToolInput(fetchOrderStatus, `{"order_id": " ord-1001 "}`), {
    outcome: "ok",
    input: { order_id: "ORD-1001" },
  });
  assertEquals(parseToolInput(transfer, `{"from":"a","to":"b","amount":0}`), {
    outcome: "ok",
    input: { from: "a", to: "b", amount: 0, note: "" },
  });
});

for (const argumentText of ["{}", "", "  ", `{"user_id":""}`, `{"user_id":"  "}`, `{"user_id":null}`]) {
  Deno.test(`parseToolInput() asks for the parameter that ${JSON.stringify(argumentText)} leaves out`, () => {
    const parsed = parseToolInput(fetchAccountBalance, argumentText);

    assertEquals(parsed.outcome, "missing");
    if (parsed.outcome !== "missing") return;
    assertEquals(parsed.missing, ["user_id"]);
    assertEquals(parsed.question, "Which user id should I look up, for example user-1?");
    assertEquals(parsed.inputSchema.required, ["user_id"]);
  });
}

Deno.test("parseToolInput() asks for several parameters at once, in the order of the schema, and only for those", () => {
  const parsed = parseToolInput(transfer, `{"to":"b"}`);

  assertEquals(parsed, {
    outcome: "missing",
    missing: ["from", "amount"],
    question: "From which account? What is the amount?",
    inputSchema: {
      type: "object",
      properties: { from: { type: "string" }, amount: { type: "number" } },
      required: ["from", "amount"],
      additionalProperties: false,
    },
  });
});

for (const argumentText of ["{", "[]", "null", `"user-1"`, `{"user_id":"user-1"}{"user_id":"user-2"}`]) {
  Deno.test(`parseToolInput() refuses ${argumentText}, which is no single object`, () => {
    const parsed = parseToolInput(fetchAccountBalance, argumentText);

    assertEquals(parsed.outcome, "invalid");
  });
}

Deno.test("parseToolInput() complains about a wrong type in its own words", () => {
  assertEquals(parseToolInput(fetchAccountBalance, `{"user_id":7}`), {
    outcome: "invalid",
    message:
      "The arguments of fetch_account_balance are not valid: user_id must be a string. Call it again with corrected arguments.",
  });
});

Deno.test("parseToolInput() complains about a wrong value before it asks for a missing one", () => {
  const parsed = parseToolInput(transfer, `{"amount":"many"}`);

  assertEquals(parsed.outcome, "invalid");
  if (parsed.outcome === "invalid") assertStringIncludes(parsed.message, "amount must be a number");
});

for (const value of ["x".repeat(65), "user-1'; drop table accounts", "user 1"]) {
  Deno.test(`parseToolInput() refuses the user id ${value.slice(0, 30)}`, () => {
    assertEquals(parseToolInput(fetchAccountBalance, JSON.stringify({ user_id: value })).outcome, "invalid");
  });
}
