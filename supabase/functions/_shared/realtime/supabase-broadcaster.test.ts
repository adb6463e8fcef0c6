import { assertEquals, assertRejects } from "@std/assert";
import { RefusedMessageError } from "../session/broadcaster.ts";
import { createSupabaseBroadcaster } from "./supabase-broadcaster.ts";

function arrange(status: number) {
  const requests: Request[] = [];
  const broadcaster = createSupabaseBroadcaster({
    url: "http://project.test",
    secretKey: "sb_secret_x",
    fetch: (input, init) => {
      requests.push(new Request(input, init));
      return Promise.resolve(new Response(null, { status }));
    },
  });
  return { requests, broadcaster };
}

Deno.test("messages of several topics go out private, in one call, with the secret key", async () => {
  const { requests, broadcaster } = arrange(202);

  await broadcaster.broadcast([
    { topic: "session:a", event: "chunks", payload: { seq: 1 } },
    { topic: "session:b", event: "chunks", payload: { seq: 2 } },
  ]);

  const [request] = requests;
  assertEquals(requests.length, 1);
  assertEquals([request?.method, request?.url, request?.headers.get("apikey")], [
    "POST",
    "http://project.test/realtime/v1/api/broadcast",
    "sb_secret_x",
  ]);
  assertEquals(await request?.json(), {
    messages: [
      { topic: "session:a", event: "chunks", payload: { seq: 1 }, private: true },
      { topic: "session:b", event: "chunks", payload: { seq: 2 }, private: true },
    ],
  });
});

Deno.test("a refusal of Realtime is an error", async () => {
  for (const status of [401, 422, 429, 500]) {
    await assertRejects(() => arrange(status).broadcaster.broadcast([]), Error, String(status));
  }
});

Deno.test("only what a message is at fault for is a refusal of that message", async () => {
  const statuses = [400, 401, 403, 413, 422, 429, 500];
  const errors = await Promise.all(
    statuses.map((status) => arrange(status).broadcaster.broadcast([]).catch((error) => error)),
  );

  const refused = statuses.filter((_status, index) => errors[index] instanceof RefusedMessageError);
  assertEquals(refused, [400, 413, 422]);
});
