/** What the users say, and what the simulated model answers when nothing goes wrong. */
import type { Random } from "./random.ts";

export type Prompt =
  | { kind: "count"; text: string; expected: string }
  /** Stopped by its user in the middle. */
  | { kind: "stop"; text: string; expected: string }
  | { kind: "read"; text: string; expected: RegExp }
  | { kind: "cancel"; text: string; orderId: string; decision: "approve" | "deny" | "ignore" };

export function choosePrompt(random: Random, createOrderId: () => string): Prompt {
  const { kind } = random.weighted([
    { kind: "count" as const, weight: 60 },
    { kind: "stop" as const, weight: 8 },
    { kind: "balance" as const, weight: 10 },
    { kind: "order" as const, weight: 10 },
    { kind: "cancel" as const, weight: 12 },
  ]);
  const count = 20 + random.below(120);
  const decision = random.pick(["approve", "approve", "approve", "deny", "ignore"] as const);
  switch (kind) {
    case "count":
      return { kind, text: `count to ${count}`, expected: countTo(count) };
    case "stop":
      return { kind, text: "count to 1500", expected: countTo(1_500) };
    case "balance":
      return { kind: "read", text: "What is my balance? user_id=user-1", expected: /1,250\.75/ };
    case "order":
      return { kind: "read", text: "Check order status for order_id=ORD-1001", expected: /ORD-1001/ };
    case "cancel": {
      const orderId = createOrderId();
      return { kind, text: `Cancel order ${orderId}`, orderId, decision };
    }
  }
}

function countTo(count: number): string {
  return Array.from({ length: count }, (_, index) => index + 1).join(" ");
}
