/** What clients say to each other over their sockets. */
import { assertEquals } from "@std/assert";
import { join } from "./testing/join-topic.ts";
import { createSuite } from "./testing/suite.ts";

const suite = createSuite();

function say(event: string, payload: unknown = {}) {
  return { type: "broadcast" as const, event, payload };
}

suite.test("the others on a topic receive a broadcast in order, and the sender does not", async (world) => {
  const sender = await join(world.open(), world.topic, { broadcast: { ack: true } });
  const receivers = [await join(world.open(), world.topic), await join(world.open(), world.topic)];

  for (let count = 1; count <= 20; count++) await sender.channel.send(say("count", { count }));
  await receivers[0]!.channel.send(say("end"));

  assertEquals(await sender.received.next(), { event: "end", payload: {} });
  for (let count = 1; count <= 20; count++) {
    assertEquals(await receivers[1]!.received.next(), { event: "count", payload: { count } });
  }
});

suite.test("a sender with `self` receives its own broadcasts", async (world) => {
  const { channel, received } = await join(world.open(), world.topic, { broadcast: { self: true } });

  await channel.send(say("echo", { text: "hello" }));

  assertEquals(await received.next(), { event: "echo", payload: { text: "hello" } });
});

suite.test("a broadcast with `ack` is answered", async (world) => {
  const { channel } = await join(world.open(), world.topic, { broadcast: { ack: true } });

  assertEquals(await channel.send(say("hello")), "ok");
});

suite.test("a client hears nothing of topics it has not joined", async (world) => {
  const sender = world.open();
  const here = await join(sender, world.topic, { broadcast: { ack: true } });
  const there = await join(sender, `${world.topic}:other`, { broadcast: { ack: true } });
  const { received } = await join(world.open(), world.topic);

  await there.channel.send(say("elsewhere"));
  await here.channel.send(say("marker"));

  assertEquals(await received.next(), { event: "marker", payload: {} });
});

suite.test("a client that has left hears nothing more, and can join again", async (world) => {
  const sender = await join(world.open(), world.topic, { broadcast: { ack: true } });
  const client = world.open();
  const before = await join(client, world.topic);

  assertEquals(await client.removeChannel(before.channel), "ok");
  await sender.channel.send(say("missed"));
  const after = await join(client, world.topic);
  await sender.channel.send(say("marker"));

  assertEquals((await before.statuses.next()).status, "CLOSED");
  assertEquals((await after.received.next()).event, "marker");
});

suite.test("JSON of every kind and any language arrives as it was sent", async (world) => {
  const payload = {
    text: 'Grüße 🦜 \u2028 " \\',
    list: [1, null, true, { deep: [] }],
    number: -1.5e-7,
    "ключ": "",
  };
  const { channel } = await join(world.open(), world.topic);
  const { received } = await join(world.open(), world.topic);

  await channel.send(say("müll 🗑", payload));

  assertEquals(await received.next(), { event: "müll 🗑", payload });
});

suite.test("a payload of 250 KB arrives whole", async (world) => {
  const payload = { text: "parrot ".repeat(35_000) };
  const { channel } = await join(world.open(), world.topic);
  const { received } = await join(world.open(), world.topic);

  for (let count = 0; count < 5; count++) await channel.send(say("large", payload));

  for (let count = 0; count < 5; count++) assertEquals((await received.next()).payload, payload);
});

suite.test("the two wire versions understand each other", async (world) => {
  const old = await join(world.open({ vsn: "1.0.0" }), world.topic);
  const current = await join(world.open({ vsn: "2.0.0" }), world.topic);

  await old.channel.send(say("from-old", { a: 1 }));
  await current.channel.send(say("from-current", { b: 2 }));

  assertEquals(await current.received.next(), { event: "from-old", payload: { a: 1 } });
  assertEquals(await old.received.next(), { event: "from-current", payload: { b: 2 } });
});

suite.testOf(
  "2.0.0",
  "binary payloads arrive as bytes, and not at all at clients of version 1",
  async (world) => {
    const { channel } = await join(world.open(), world.topic, { broadcast: { ack: true } });
    const current = await join(world.open(), world.topic);
    const old = await join(world.open({ vsn: "1.0.0" }), world.topic);
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);

    assertEquals(await channel.send(say("bytes", bytes.buffer)), "ok");
    await channel.send(say("marker"));

    const { event, payload } = await current.received.next();
    assertEquals([event, new Uint8Array(payload as ArrayBuffer)], ["bytes", bytes]);
    assertEquals((await old.received.next()).event, "marker");
  },
);

suite.close();
