/** Private channels: the policies on `realtime.messages` decide. */
import { assertEquals, assertMatch } from "@std/assert";
import { join, refusal } from "./testing/join-topic.ts";
import { createSuite, type World } from "./testing/suite.ts";
import { BROKEN_TOPIC } from "./testing/topic-access.ts";

const suite = createSuite();
const PRIVATE = { private: true };
const PRIVATE_ACK = { private: true, broadcast: { ack: true } };

function say(event: string, payload: unknown = {}) {
  return { type: "broadcast" as const, event, payload };
}

/** Someone who may send, for markers. */
async function openMember(world: World) {
  const member = await world.openUser();
  await world.access.allow({ topic: world.topic, userId: member.userId });
  return await join(member.client, world.topic, PRIVATE_ACK);
}

suite.test("who may receive joins, who may not is refused, and so is nobody", async (world) => {
  const [member, stranger] = [await world.openUser(), await world.openUser()];
  await world.access.allow({ topic: world.topic, userId: member.userId, action: "receive" });

  await join(member.client, world.topic, PRIVATE);

  const words = /^Unauthorized: You do not have permissions to read from this Channel topic: conformance:/;
  assertMatch(await refusal(stranger.client, world.topic, PRIVATE), words);
  assertMatch(await refusal(world.open(), world.topic, PRIVATE), words);
});

suite.test("who may only receive, sends nothing", async (world) => {
  const [reader, listener] = [await world.openUser(), await world.openUser()];
  for (const { userId } of [reader, listener]) {
    await world.access.allow({ topic: world.topic, userId, action: "receive" });
  }
  const { channel } = await join(reader.client, world.topic, PRIVATE_ACK);
  const { received } = await join(listener.client, world.topic, PRIVATE);
  const member = await openMember(world);

  assertEquals(await channel.send(say("forged"), { timeout: 1_000 }), "timed out");
  await member.channel.send(say("marker"));

  assertEquals((await received.next()).event, "marker");
});

suite.test("who may send reaches who may receive", async (world) => {
  const [first, second] = [await openMember(world), await openMember(world)];

  assertEquals(await first.channel.send(say("hello", { a: 1 })), "ok");

  assertEquals(await second.received.next(), { event: "hello", payload: { a: 1 } });
});

suite.test("a private and a public channel of one name are strangers", async (world) => {
  const member = await openMember(world);
  const insider = await openMember(world);
  const outsider = await join(world.open(), world.topic, { broadcast: { ack: true } });
  const bystander = await join(world.open(), world.topic);

  await outsider.channel.send(say("from-outside"));
  await member.channel.send(say("from-inside"));
  await outsider.channel.send(say("marker"));

  assertEquals((await insider.received.next()).event, "from-inside");
  assertEquals(
    (await bystander.received.before(({ event }) => event === "marker")).map(({ event }) => event),
    [
      "from-outside",
    ],
  );
});

suite.test("presence is allowed apart from broadcast", async (world) => {
  const watcher = await world.openUser();
  await world.access.allow({ topic: world.topic, userId: watcher.userId, extension: "presence" });
  const { channel, presence, received } = await join(watcher.client, world.topic, {
    ...PRIVATE,
    presence: { key: "watcher" },
  });
  const talker = await world.openUser();
  await world.access.allow({ topic: world.topic, userId: talker.userId, extension: "broadcast" });
  const other = await join(talker.client, world.topic, { ...PRIVATE_ACK, presence: { key: "talker" } });

  assertEquals(await other.channel.track({ here: true }), "error");
  await other.channel.send(say("unheard"));
  assertEquals(await channel.track({ here: true }), "ok");
  await presence.until((shown) => "watcher" in shown);
  await world.access.allow({ topic: world.topic, userId: watcher.userId, extension: "broadcast" });
  await watcher.client.removeAllChannels();
  const again = await join(watcher.client, world.topic, PRIVATE);
  await other.channel.send(say("heard"));

  assertEquals((await again.received.next()).event, "heard");
  received.push({ event: "end" });
  assertEquals(await received.next(), { event: "end" });
});

suite.test("who may not see presence learns nothing of who is there, before or later", async (world) => {
  const [first, second] = [await openMember(world), await openMember(world)];
  await first.channel.track({ name: "first" });
  const { userId, accessToken } = await world.openUser();
  await world.access.allow({ topic: world.topic, userId, extension: "broadcast" });
  const heard: string[] = [];
  const client = world.open({ accessToken, logger: (_kind, message) => heard.push(message) });
  const reader = await join(client, world.topic, { ...PRIVATE, presence: { key: "reader" } });

  await second.channel.track({ name: "second" });
  await second.channel.send(say("marker"));
  await reader.received.next();

  assertEquals(heard.some((message) => message.includes("broadcast")), true);
  assertEquals(heard.filter((message) => message.includes("presence")), []);
});

suite.test("[K19] what was allowed is remembered until the channel joins again", async (world) => {
  const member = await openMember(world);
  const { userId, client } = await world.openUser();
  await world.access.allow({ topic: world.topic, userId, action: "receive" });
  const { channel, received } = await join(client, world.topic, PRIVATE);

  await member.channel.send(say("heard"));
  await world.access.revoke(world.topic);
  await member.channel.send(say("still-heard"));
  assertEquals((await received.next()).event, "heard");
  assertEquals((await received.next()).event, "still-heard");

  await client.removeChannel(channel);
  assertMatch(await refusal(client, world.topic, PRIVATE), /^Unauthorized/);
});

suite.test("a policy that fails refuses its topic and harms no other", async (world) => {
  const { client } = await world.openUser();

  assertMatch(await refusal(client, BROKEN_TOPIC, PRIVATE), /^Unauthorized/);

  const member = await openMember(world);
  assertEquals(await member.channel.send(say("hello")), "ok");
});

suite.test("policies see the claims of the caller's token", async (world) => {
  const { userId, client, accessToken } = await world.openUser();
  const other = await world.openUser();
  await world.access.allow({ topic: world.topic, userId });

  await join(client, world.topic, PRIVATE);
  await join(world.open({ accessToken }), world.topic, PRIVATE);

  assertMatch(await refusal(other.client, world.topic, PRIVATE), /^Unauthorized/);
});

suite.close();
