/** An answer with text and two tool calls from a provider that stores it. */
import { type ModelCheckpoint, type ModelPart, type ModelRequest } from "../language-model.ts";
import type { Reply } from "../simulated/reply.ts";
import { createBackgroundProvider } from "./background-provider.ts";
import { collect } from "./collect.ts";

export const REPLY: Reply = {
  text: "I look that up, Zoë 👋🏽, one moment.",
  calls: [
    { toolName: "fetch_order_status", arguments: { order_id: "ORD-1001" } },
    { toolName: "fetch_account_balance", arguments: { user_id: "user-1" } },
  ],
};

export function ask(content = "Hello"): Partial<ModelRequest> {
  return { messages: [{ role: "user", content }] };
}

/** The answer as it is when nothing happens to it. */
export async function readUninterrupted(): Promise<ModelPart[]> {
  const { clock, open } = createBackgroundProvider({ reply: REPLY });
  return (await clock.drive(collect(open(), ask()))).parts;
}

/** The same as it comes over the wire: after how many bytes each of its events ends. */
export async function readEventEnds(): Promise<number[]> {
  const { fetch } = createBackgroundProvider({ reply: REPLY });
  const body = JSON.stringify({ model: "m", input: "Hello", stream: true, background: true });
  const wire = await (await fetch("http://p.test/v1/responses", { method: "POST", body })).text();
  const toBytes = (text: string) => new TextEncoder().encode(text).length;
  return [...wire.matchAll(/\n\n/g)].map(({ index }) => toBytes(wire.slice(0, index + 2)));
}

export function checkpointsOf(parts: readonly ModelPart[]): ModelCheckpoint[] {
  return parts.flatMap((part) => part.type === "checkpoint" ? [part.checkpoint] : []);
}
