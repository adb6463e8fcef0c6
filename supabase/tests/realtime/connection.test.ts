/** Connections and joins, as they come and go. */
import { assertEquals } from "@std/assert";
import { openCuttableNetwork } from "./testing/cuttable-network.ts";
import { Inbox } from "./testing/inbox.ts";
import { join } from "./testing/join-topic.ts";
import { createSuite } from "./testing/suite.ts";

const suite = createSuite();

function say(event: string) {
  return { type: "broadcast" as const, event, payload: {} };
}

suite.test("a heartbeat is answered", async (world) => {
  const client = world.open();
  const statuses = new Inbox<string>("heartbeats");
  client.realtime.onHeartbeat((status) => statuses.push(status));
  await join(client, world.topic);

  await client.realtime.sendHeartbeat();

  assertEquals([await statuses.next(), await statuses.next()], ["sent", "ok"]);
});

suite.test("one connection carries many topics, and leaving one leaves the others", async (world) => {
  const client = world.open();
  const topics = ["a", "b", "c"].map((name) => `${world.topic}:${name}`);
  const [a, b, c] = await Promise.all(topics.map((topic) => join(client, topic)));
  const other = world.open();

  await client.removeChannel(b!.channel);
  for (const topic of topics) await other.channel(topic).httpSend("hello", {});
  await other.channel(topics[0]!).httpSend("marker", {});

  assertEquals((await c!.received.next()).event, "hello");
  assertEquals((await a!.received.before(({ event }) => event === "marker")).length, 1);
  b!.received.push({ event: "nothing" });
  assertEquals((await b!.received.next()).event, "nothing");
});

suite.test("a client whose network was cut joins again by itself", async (world) => {
  using network = openCuttableNetwork(world.apiUrl);
  const client = world.open({ apiUrl: network.apiUrl });
  const { received, statuses } = await join(client, world.topic);
  const sender = await join(world.open(), world.topic, { broadcast: { ack: true } });

  network.cut();
  await statuses.until(({ status }) => status === "CHANNEL_ERROR");
  await sender.channel.send(say("missed"));
  await statuses.until(({ status }) => status === "SUBSCRIBED");
  await sender.channel.send(say("heard"));

  assertEquals((await received.next()).event, "heard");
  await client.removeAllChannels();
});

suite.testEmbedded("nothing is left of clients that are gone", async (world) => {
  const realtime = world.stack.realtime!;
  using network = openCuttableNetwork(world.apiUrl);
  const [polite, cut] = [world.open(), world.open({ apiUrl: network.apiUrl })];
  const watcher = await join(world.open(), world.topic, { presence: { key: "watcher" } });
  for (const client of [polite, cut]) {
    const { channel } = await join(client, world.topic, { presence: { key: "guest" } });
    await channel.track({});
  }
  await watcher.presence.until(({ guest }) => guest?.length === 2);
  assertEquals(realtime.channelCount(world.topic), 3);

  await polite.removeAllChannels();
  await cut.realtime.disconnect();
  network.cut();
  await watcher.presence.until(({ guest }) => guest === undefined);

  assertEquals(realtime.channelCount(world.topic), 1);
});

suite.close();
