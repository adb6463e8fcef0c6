import { assertEquals } from "@std/assert";
import { parseOrder, toOrderText } from "./order.ts";

Deno.test("parseOrder() reads what toOrderText() wrote", () => {
  const orders = [
    { tokens: 1_000, tokensPerSecond: 50, stampEvery: 5, holds: false },
    { tokens: 10_000, tokensPerSecond: 0, stampEvery: 0, holds: true },
  ];

  assertEquals(orders.map(toOrderText).map(parseOrder), orders);
});

Deno.test("parseOrder() finds no order in other texts", () => {
  assertEquals(parseOrder("Hello"), null);
});
