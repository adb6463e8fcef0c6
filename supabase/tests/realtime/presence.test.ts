/** Who is on a topic, as everyone there sees it. */
import { assertEquals } from "@std/assert";
import { openCuttableNetwork } from "./testing/cuttable-network.ts";
import { join } from "./testing/join-topic.ts";
import { createSuite } from "./testing/suite.ts";

const suite = createSuite();
const as = (key: string) => ({ presence: { key } });

suite.test("everyone sees who shows themselves, under their key", async (world) => {
  const anna = await join(world.open(), world.topic, as("anna"));
  const ben = await join(world.open(), world.topic, as("ben"));

  assertEquals(await anna.channel.track({ mood: "fine" }), "ok");
  assertEquals(await ben.channel.track({ mood: "sleepy" }), "ok");

  const everyone = { anna: [{ mood: "fine" }], ben: [{ mood: "sleepy" }] };
  for (const { presence } of [anna, ben]) {
    assertEquals(await presence.until((shown) => "anna" in shown && "ben" in shown), everyone);
  }
});

suite.test("a newcomer learns who is there already", async (world) => {
  const anna = await join(world.open(), world.topic, as("anna"));
  await anna.channel.track({ mood: "fine" });

  const { presence } = await join(world.open(), world.topic, as("ben"));

  assertEquals(await presence.next(), { anna: [{ mood: "fine" }] });
});

suite.test("to show something else replaces what was shown", async (world) => {
  const anna = await join(world.open(), world.topic, as("anna"));
  const { presence } = await join(world.open(), world.topic, as("ben"));

  await anna.channel.track({ typing: true });
  await anna.channel.track({ typing: false });

  assertEquals(await presence.until(({ anna }) => anna?.[0]?.typing === false), {
    anna: [{ typing: false }],
  });
});

suite.test("two tabs of one key are both shown, and one may go", async (world) => {
  const tabs = [
    await join(world.open(), world.topic, as("anna")),
    await join(world.open(), world.topic, as("anna")),
  ];
  const { presence } = await join(world.open(), world.topic, as("ben"));

  await tabs[0]!.channel.track({ tab: 1 });
  await tabs[1]!.channel.track({ tab: 2 });
  assertEquals(await presence.until(({ anna }) => anna?.length === 2), { anna: [{ tab: 1 }, { tab: 2 }] });
  await tabs[0]!.channel.untrack();

  assertEquals(await presence.until(({ anna }) => anna?.length === 1), { anna: [{ tab: 2 }] });
});

suite.test("who stops, leaves or disconnects is no longer shown", async (world) => {
  const { presence } = await join(world.open(), world.topic, as("watcher"));
  const guests = await Promise.all(
    ["stops", "leaves", "disconnects"].map(async (key) => {
      const client = world.open();
      const { channel } = await join(client, world.topic, as(key));
      await channel.track({});
      return { client, channel };
    }),
  );
  await presence.until((shown) => Object.keys(shown).length === 3);

  await guests[0]!.channel.untrack();
  assertEquals(await presence.until((shown) => !("stops" in shown)), { leaves: [{}], disconnects: [{}] });
  await guests[1]!.client.removeChannel(guests[1]!.channel);
  assertEquals(await presence.until((shown) => !("leaves" in shown)), { disconnects: [{}] });
  await guests[2]!.client.realtime.disconnect();
  assertEquals(await presence.until((shown) => !("disconnects" in shown)), {});
});

suite.test("a client whose network is cut is no longer shown", async (world) => {
  const { presence } = await join(world.open(), world.topic, as("watcher"));
  using network = openCuttableNetwork(world.apiUrl);
  const client = world.open({ apiUrl: network.apiUrl });
  const { channel } = await join(client, world.topic, as("lost"));
  await channel.track({ here: true });
  await presence.until((shown) => "lost" in shown);

  network.cut();

  assertEquals(await presence.until((shown) => !("lost" in shown)), {});
});

suite.close();
