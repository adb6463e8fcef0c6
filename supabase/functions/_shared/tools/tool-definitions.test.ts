import { assertEquals } from "@std/assert";
import { TOOLS } from "./registry.ts";
import { toToolDefinitions } from "./tool-definitions.ts";

Deno.test("toToolDefinitions() describes each tool once, with its required parameters as JSON Schema", () => {
  const definitions = toToolDefinitions(TOOLS);

  assertEquals(
    definitions.map((
      { name, inputSchema },
    ) => [name, inputSchema.required, inputSchema.additionalProperties]),
    [
      ["fetch_account_balance", ["user_id"], false],
      ["fetch_order_status", ["order_id"], false],
      ["fetch_internal_data", ["query"], false],
      ["cancel_order", ["order_id"], false],
    ],
  );
  assertEquals(definitions[0]?.inputSchema, {
    type: "object",
    properties: {
      user_id: {
        type: "string",
        minLength: 1,
        maxLength: 64,
        pattern: "^[\\w.-]+$",
        description: "The account's user id, e.g. user-1",
      },
    },
    required: ["user_id"],
    additionalProperties: false,
  });
});
