/** The limits of a project, and what a client is told that goes beyond. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join, knock, refusal } from "./testing/join-topic.ts";
import { createSuite } from "./testing/suite.ts";

const suite = createSuite({
  realtime: {
    limits: { channelsPerConnection: 3, presenceCallsPerWindow: 5, payloadBytes: 1_000, frameBytes: 9_000 },
  },
});

function say(event: string, payload: unknown = {}) {
  return { type: "broadcast" as const, event, payload };
}

suite.testEmbedded("a connection has so many channels and no more, until it leaves one", async (world) => {
  const client = world.open();
  const joined = [];
  for (let count = 0; count < 3; count++) joined.push(await join(client, `${world.topic}:${count}`));

  assertEquals(
    await refusal(client, `${world.topic}:more`),
    "ChannelRateLimitReached: Too many channels",
  );

  await client.removeChannel(joined[0]!.channel);
  await join(client, `${world.topic}:again`);
});

suite.testEmbedded("a payload that is too long is not sent, and `ack` tells", async (world) => {
  const { channel } = await join(world.open(), world.topic, { broadcast: { ack: true } });
  const { received } = await join(world.open(), world.topic);

  assertEquals(await channel.send(say("long", { text: "x".repeat(1_000) })), "error");
  assertEquals(await channel.send(say("short", { text: "x".repeat(900) })), "ok");

  assertEquals((await received.next()).event, "short");
});

suite.testEmbedded("a channel that changes its presence too often is closed and told why", async (world) => {
  const { channel, system } = await join(world.open(), world.topic, { presence: { key: "restless" } });

  for (let count = 1; count <= 5; count++) assertEquals(await channel.track({ count }), "ok");
  void channel.track({ count: 6 });

  assertEquals((await system.next()).message, "Client presence rate limit exceeded");
});

suite.testEmbedded("a frame that is too long ends the connection; the client comes back", async (world) => {
  const { channel, statuses } = await join(world.open(), world.topic);

  await channel.send(say("huge", { text: "x".repeat(10_000) }));

  await statuses.until(({ status }) => status === "CHANNEL_ERROR");
  await statuses.until(({ status }) => status === "SUBSCRIBED");
});

suite.close();

const strict = createSuite({ realtime: { privateOnly: true, limits: { connections: 2 } } });

strict.testEmbedded("a project that allows private channels only refuses public ones", async (world) => {
  const { userId, client } = await world.openUser();
  await world.access.allow({ topic: world.topic, userId });

  assertEquals(
    await refusal(world.open(), world.topic),
    "PrivateOnly: This project only allows private channels",
  );
  await join(client, world.topic, { private: true });
});

strict.testEmbedded("a project has so many connections and no more", async (world) => {
  const open = async () => {
    const { userId, client } = await world.openUser();
    await world.access.allow({ topic: world.topic, userId });
    return client;
  };
  for (let count = 0; count < 2; count++) await join(await open(), world.topic, { private: true });
  const third = await open();

  await refusal(third, world.topic, { private: true });

  assertEquals(third.realtime.isConnected(), false);
});

strict.close();

const busy = createSuite({
  realtime: { limits: { messagesPerSecond: 20, presenceMessagesPerSecond: 3, presenceCallsPerWindow: 1e9 } },
});

busy.testEmbedded(
  "a channel that receives too many messages a second is closed and told why",
  async (world) => {
    await world.stack.realtime?.restart();
    const sender = await join(world.open(), world.topic, { broadcast: { ack: true } });
    const receiver = await join(world.open(), world.topic);
    const closed = receiver.statuses.until(({ status }) => status === "CLOSED");
    let isOver = false;
    void closed.then(() => isOver = true);

    while (!isOver) await sender.channel.send(say("flood"));

    assertEquals((await receiver.system.next()).message, "Too many messages per second");
    await assertRejects(
      () => sender.channel.httpSend("more", {}),
      Error,
      "You have exceeded your rate limit",
    );
  },
);

busy.testEmbedded(
  "a project whose presences change too often closes the channel and says why",
  async (world) => {
    await world.stack.realtime?.restart();
    const { channel, system, statuses } = await join(world.open(), world.topic, { presence: { key: "me" } });
    let isOver = false;
    void statuses.until(({ status }) => status === "CLOSED").then(() => isOver = true);

    for (let count = 0; !isOver; count++) {
      await Promise.race([channel.track({ count }), new Promise((resolve) => setTimeout(resolve, 100))]);
    }

    assertEquals((await system.next()).message, "Too many presence messages per second");
  },
);

busy.close();

const hasty = createSuite({ realtime: { limits: { joinsPerSecond: 2 } } });

hasty.testEmbedded("a project whose clients join too often refuses them and disconnects", async (world) => {
  await world.stack.realtime?.restart();
  const client = world.open();
  for (;;) {
    const { channel, statuses } = await knock(client, `${world.topic}:${crypto.randomUUID()}`);
    const { status, reason } = await statuses.next();
    if (status === "SUBSCRIBED") {
      await client.removeChannel(channel);
      continue;
    }
    return assertMatch(reason, /^ClientJoinRateLimitReached: Too many joins per second$/);
  }
});

hasty.close();
