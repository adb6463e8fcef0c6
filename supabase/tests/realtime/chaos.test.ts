/** What the stack can do to a client that must come through it. */
import { assertEquals } from "@std/assert";
import { join, type Joined } from "./testing/join-topic.ts";
import { createSuite, type World } from "./testing/suite.ts";

const suite = createSuite();

function say(event: string) {
  return { type: "broadcast" as const, event, payload: {} };
}

async function openPair(world: World): Promise<{ sender: Joined; receiver: Joined }> {
  return {
    sender: await join(world.open(), world.topic, { broadcast: { ack: true } }),
    receiver: await join(world.open(), world.topic),
  };
}

suite.testEmbedded(
  "after a restart of Realtime clients join again by themselves and hear what is said then",
  async (world) => {
    const { realtime } = world.stack;
    const { sender, receiver } = await openPair(world);

    await realtime?.restart();
    for (const { statuses } of [sender, receiver]) {
      await statuses.until(({ status }) => status === "CHANNEL_ERROR");
      await statuses.until(({ status }) => status === "SUBSCRIBED");
    }
    await sender.channel.send(say("after"));

    assertEquals((await receiver.received.next()).event, "after");
  },
);

suite.testEmbedded("a restart forgets who was there", async (world) => {
  const { realtime } = world.stack;
  const guest = await join(world.open(), world.topic, { presence: { key: "guest" } });
  await guest.channel.track({});
  const { presence, statuses } = await join(world.open(), world.topic, { presence: { key: "watcher" } });
  await presence.until((shown) => "guest" in shown);

  await realtime?.restart();

  await statuses.until(({ status }) => status === "CHANNEL_ERROR");
  await presence.until((shown) => !("guest" in shown));
});

suite.testEmbedded("a broadcast that is dropped does not arrive", async (world) => {
  const { sender, receiver } = await openPair(world);
  const realtime = world.stack.realtime!;

  realtime.faults = ({ topic, broadcast }) =>
    topic === world.topic && broadcast.event === "lost" ? "drop" : "deliver";
  await sender.channel.send(say("lost"));
  await sender.channel.send(say("marker"));
  realtime.faults = undefined;

  assertEquals((await receiver.received.next()).event, "marker");
});

suite.testEmbedded("a broadcast that is held back arrives behind the next ones", async (world) => {
  const { sender, receiver } = await openPair(world);
  const realtime = world.stack.realtime!;

  realtime.faults = ({ broadcast }) => broadcast.event === "early" ? { behind: 2 } : "deliver";
  for (const event of ["early", "one", "two", "three"]) await sender.channel.send(say(event));
  realtime.faults = undefined;

  const events = [];
  for (let count = 0; count < 4; count++) events.push((await receiver.received.next()).event);
  assertEquals(events, ["one", "two", "early", "three"]);
});

suite.testEmbedded("a broadcast that is delayed arrives later, and alone is overtaken", async (world) => {
  const { sender, receiver } = await openPair(world);
  const realtime = world.stack.realtime!;

  realtime.faults = ({ broadcast }) => broadcast.event === "slow" ? { delayMs: 300 } : "deliver";
  for (const event of ["slow", "quick"]) await sender.channel.send(say(event));

  assertEquals((await receiver.received.next()).event, "quick");
  assertEquals((await receiver.received.next()).event, "slow");
  realtime.faults = undefined;
});

suite.testEmbedded("faults may choose by the database's broadcasts and by receiver", async (world) => {
  const realtime = world.stack.realtime!;
  const first = await join(world.open(), world.topic, { broadcast: { replication_ready: true } });
  const second = await join(world.open(), world.topic);
  await first.system.next();
  const seen = new Set<number>();

  realtime.faults = ({ topic, broadcast, connectionId }) => {
    if (topic !== world.topic || broadcast.event !== "from-database") return "deliver";
    seen.add(connectionId);
    return seen.size === 1 ? "drop" : "deliver";
  };
  const { sql } = world.access;
  await sql`select realtime.send('{}', 'from-database', ${world.topic}, false)`;
  await sql`select realtime.send('{}', 'marker', ${world.topic}, false)`;

  const arrivals = await Promise.all(
    [first, second].map(({ received }) => received.before(({ event }) => event === "marker")),
  );
  realtime.faults = undefined;
  assertEquals(arrivals.map(({ length }) => length).sort(), [0, 1]);
});

suite.close();
