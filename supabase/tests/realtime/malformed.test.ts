/** Frames that no official client sends. */
import { assertEquals, assertMatch } from "@std/assert";
import { Inbox } from "./testing/inbox.ts";
import { join } from "./testing/join-topic.ts";
import { createSuite, type World } from "./testing/suite.ts";

const suite = createSuite();

const GARBAGE: (string | Uint8Array)[] = [
  "",
  "no JSON",
  "null",
  "[]",
  "{}",
  '[null,null,"realtime:x"]',
  '{"topic":1,"event":2}',
  Uint8Array.of(),
  Uint8Array.of(9, 9, 9),
  Uint8Array.of(3, 255, 255, 255, 255, 255, 1),
  Uint8Array.of(3, 0, 0, 1, 1, 0, 1, 116, 101, 123), // says JSON, has "{"
  Uint8Array.of(3, 0, 0, 1, 1, 0, 1, 255, 101, 123, 125), // a topic that is no UTF-8
];

interface RawSocket extends Disposable {
  readonly answers: Inbox<string>;
  send(frame: string | Uint8Array): void;
}

async function openRaw({ apiUrl, publishableKey, vsn }: World): Promise<RawSocket> {
  const url = `${apiUrl.replace("http", "ws")}/realtime/v1/websocket?apikey=${publishableKey}&vsn=${vsn}`;
  const socket = new WebSocket(url);
  const answers = new Inbox<string>("the raw socket");
  socket.onmessage = ({ data }) => answers.push(data);
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  return { answers, send: (frame) => socket.send(frame), [Symbol.dispose]: () => socket.close() };
}

suite.test("malformed frames harm nobody, not even their sender", async (world) => {
  const sender = await join(world.open(), world.topic, { broadcast: { ack: true } });
  const { received } = await join(world.open(), world.topic);
  using raw = await openRaw(world);
  const heartbeat = world.vsn === "1.0.0"
    ? '{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"7"}'
    : '[null,"7","phoenix","heartbeat",{}]';

  for (const frame of GARBAGE) raw.send(frame);
  raw.send(heartbeat);

  await raw.answers.until((answer) => answer.includes('"7"') && answer.includes('"ok"'));
  assertEquals(await sender.channel.send({ type: "broadcast", event: "fine", payload: {} }), "ok");
  assertEquals((await received.next()).event, "fine");
});

suite.testEmbedded(
  "each malformed frame is answered with an error that says what is wrong",
  async (world) => {
    using raw = await openRaw(world);

    for (const frame of GARBAGE) {
      raw.send(frame);
      assertMatch(await raw.answers.next(), /"status":"error".*MalformedWebSocketMessage: /);
    }
  },
);

suite.test("a message to a topic that was not joined is answered with an error", async (world) => {
  using raw = await openRaw(world);
  const [topic, payload] = ["realtime:nowhere", { event: "x", type: "broadcast", payload: {} }];

  raw.send(JSON.stringify(
    world.vsn === "1.0.0"
      ? { topic, event: "broadcast", payload, ref: "1" }
      : [null, "1", topic, "broadcast", payload],
  ));

  assertMatch(await raw.answers.next(), /unmatched topic/);
});

suite.test("a join with a payload of any shape is answered", async (world) => {
  using raw = await openRaw(world);
  const shapes = [null, [], "text", { config: 7 }, { config: { broadcast: [], presence: "x", private: {} } }];

  for (const [index, payload] of shapes.entries()) {
    const [topic, ref] = [`realtime:${world.topic}:${index}`, String(index)];
    raw.send(JSON.stringify(
      world.vsn === "1.0.0"
        ? { topic, event: "phx_join", payload, ref, join_ref: ref }
        : [ref, ref, topic, "phx_join", payload],
    ));
    assertMatch(await raw.answers.until((answer) => answer.includes(topic)), /phx_reply/);
  }
});

suite.close();
