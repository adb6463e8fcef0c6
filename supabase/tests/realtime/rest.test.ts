/** Broadcasts over HTTP. */
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "./testing/join-topic.ts";
import { createSuite, type World } from "./testing/suite.ts";

const suite = createSuite();
const PRIVATE = { private: true };

/** What the client cannot be made to send. */
async function post(world: World, path: string, init: RequestInit): Promise<number> {
  const response = await fetch(`${world.apiUrl}/realtime/v1/api/broadcast${path}`, {
    method: "POST",
    ...init,
  });
  await response.body?.cancel();
  return response.status;
}

suite.test("httpSend() reaches who has joined, without joining", async (world) => {
  const { received } = await join(world.open(), world.topic);

  const sent = await world.open().channel(world.topic).httpSend("news: all/any", { text: "ä" });

  assertEquals(sent, { success: true });
  assertEquals(await received.next(), { event: "news: all/any", payload: { text: "ä" } });
});

suite.testOf("2.0.0", "httpSend() carries bytes", async (world) => {
  const { received } = await join(world.open(), world.topic);

  await world.open().channel(world.topic).httpSend("bytes", Uint8Array.of(0, 255, 7));

  assertEquals(new Uint8Array((await received.next()).payload as ArrayBuffer), Uint8Array.of(0, 255, 7));
});

suite.test("send() on a channel that has not joined goes over HTTP, too", async (world) => {
  const { received } = await join(world.open(), world.topic);
  const channel = world.open().channel(world.topic);

  assertEquals(await channel.send({ type: "broadcast", event: "fallback", payload: { a: 1 } }), "ok");

  assertEquals(await received.next(), { event: "fallback", payload: { a: 1 } });
});

suite.test("a user sends to a private topic when the policies allow it", async (world) => {
  const [member, stranger] = [await world.openUser(), await world.openUser()];
  await world.access.allow({ topic: world.topic, userId: member.userId });
  const { received } = await join(member.client, world.topic, PRIVATE);
  await stranger.client.realtime.setAuth();
  const sender = world.open({ accessToken: member.accessToken });
  await sender.realtime.setAuth();

  await assertRejects(
    () => stranger.client.channel(world.topic, { config: PRIVATE }).httpSend("forged", {}),
    Error,
    "Unauthorized",
  );
  await sender.channel(world.topic, { config: PRIVATE }).httpSend("allowed", {});

  assertEquals((await received.next()).event, "allowed");
});

suite.test("the secret key sends to any private topic", async (world) => {
  const { userId, client } = await world.openUser();
  await world.access.allow({ topic: world.topic, userId, action: "receive" });
  const { received } = await join(client, world.topic, PRIVATE);
  const admin = world.open({ key: world.secretKey });

  await admin.channel(world.topic, { config: PRIVATE }).httpSend("news", { n: 1 });

  assertEquals(await received.next(), { event: "news", payload: { n: 1 } });
});

suite.test("a batch reaches all its topics; what the sender may not send is left out", async (world) => {
  const { userId, client, accessToken } = await world.openUser();
  await world.access.allow({ topic: world.topic, userId, action: "receive" });
  const closed = await join(client, world.topic, PRIVATE);
  const open = await join(world.open(), `${world.topic}:open`);
  const messages = [
    { topic: world.topic, event: "forged", payload: {}, private: true },
    { topic: `${world.topic}:open`, event: "first", payload: { n: 1 } },
    { topic: `${world.topic}:open`, event: "second", payload: { n: 2 } },
  ];

  const status = await post(world, "", {
    headers: {
      apikey: world.publishableKey,
      authorization: `Bearer ${accessToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ messages }),
  });
  await world.open({ key: world.secretKey }).channel(world.topic, { config: PRIVATE }).httpSend("marker", {});

  assertEquals(status, 202);
  assertEquals((await open.received.next()).event, "first");
  assertEquals((await open.received.next()).event, "second");
  assertEquals((await closed.received.next()).event, "marker");
});

suite.test("HTTP broadcasts that cannot be are refused with their status", async (world) => {
  const single = `/${encodeURIComponent(world.topic)}/events/event`;
  const headers = { apikey: world.publishableKey, "content-type": "application/json" };
  const refused: [number, string, RequestInit][] = [
    [401, single, { headers: { ...headers, authorization: "Bearer forged" }, body: "{}" }],
    [401, "", { headers: { apikey: "sb_publishable_wrong" }, body: '{"messages":[]}' }],
    [403, `${single}?private=true`, { headers, body: "{}" }],
    [415, single, { headers: { ...headers, "content-type": "text/plain" }, body: "{}" }],
    [422, single, { headers, body: JSON.stringify({ text: "x".repeat(4_000_000) }) }],
    [422, "", { headers, body: JSON.stringify({ messages: [{ topic: "t", event: "e" }] }) }],
  ];
  for (const [status, path, init] of refused) assertEquals(await post(world, path, init), status);
});

suite.close();
