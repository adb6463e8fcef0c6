import { assertEquals } from "@std/assert";
import { toFieldValue, toQuestionFields } from "./to-question-fields.ts";

const inputSchema = {
  properties: {
    order_id: { type: "string", description: "Such as ORD-1001" },
    amount: { type: "integer", title: "How many" },
    size: { enum: ["small", "large"] },
    gift: { type: "boolean" },
  },
};

Deno.test("toQuestionFields() asks only for what is missing, in words", () => {
  assertEquals(toQuestionFields({ missing: ["order_id"], inputSchema }), [
    { name: "order_id", label: "Order id", hint: "Such as ORD-1001", kind: "text", choices: [] },
  ]);
});

Deno.test("toQuestionFields() fits the field to the type", () => {
  const fields = toQuestionFields({ missing: ["amount", "size", "gift", "unknown"], inputSchema });

  assertEquals(fields.map((field) => field.kind), ["number", "choice", "boolean", "text"]);
  assertEquals(fields.map((field) => field.label), ["How many", "Size", "Gift", "Unknown"]);
});

Deno.test("toFieldValue() reads what was entered as the type wants it", () => {
  const [order, amount, , gift] = toQuestionFields({
    missing: ["order_id", "amount", "size", "gift"],
    inputSchema,
  });

  assertEquals(toFieldValue(order!, " ORD-1 "), "ORD-1");
  assertEquals(toFieldValue(amount!, "12"), 12);
  assertEquals(toFieldValue(amount!, "many"), null);
  assertEquals([toFieldValue(gift!, "on"), toFieldValue(gift!, null)], [true, false]);
});
