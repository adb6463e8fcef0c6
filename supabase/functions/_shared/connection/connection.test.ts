import { assertEquals } from "@std/assert";
import { createWorld } from "../testing/world.ts";
import { createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";

function arrange(scripts: Script[] = []) {
  const world = createWorld();
  return { ...world, ...world.addWorker({ model: createScriptedModel(scripts) }) };
}

Deno.test("a connection answers a ping and survives nonsense", async () => {
  const { connect } = arrange();
  const socket = await connect();

  socket.receive("{");
  socket.receive(new ArrayBuffer(8));
  socket.command({ type: "ping" });

  assertEquals(socket.errorCodes, ["invalid_json", "binary_frame"]);
  assertEquals(socket.frames.at(-1)?.type, "pong");
  assertEquals(socket.closed, null);
});

Deno.test("a frame over the limit is refused and closes the socket", async () => {
  const { connect } = arrange();
  const socket = await connect();

  socket.receive("x".repeat(300 * 1024));

  assertEquals(socket.errorCodes, ["frame_too_big"]);
  assertEquals(socket.closed?.code, 1009);
});

Deno.test("frames over the rate are ignored with one notice, and welcome again later", async () => {
  const { connect, clock } = arrange();
  const socket = await connect();

  for (let count = 0; count < 100; count++) socket.command({ type: "ping" });
  assertEquals(socket.framesOf("pong").length, 60);
  assertEquals(socket.errorCodes, ["rate_limited"]);

  await clock.advance(2000);
  socket.command({ type: "ping" });
  assertEquals(socket.framesOf("pong").length, 61);
});

Deno.test("a flood is closed, also one that a slow machine lets through bit by bit", async () => {
  const { connect, clock } = arrange();
  const socket = await connect();

  for (let count = 0; count < 100 && socket.isOpen; count++) {
    for (let burst = 0; burst < 50; burst++) socket.command({ type: "ping" });
    await clock.advance(40);
  }

  assertEquals(socket.closed?.code, 4429);
});

Deno.test("[R11] a reader that does not read is sent away, and others are not held up", async () => {
  const pause = Promise.withResolvers<void>();
  const { connect, clock } = arrange([[...says("One "), pause.promise, ...says("two"), finishes()]]);
  const slow = await connect();
  const fast = await connect();
  fast.say("Hi");
  await clock.advance(100);

  slow.bufferedAmount = 2 * 1024 * 1024;
  pause.resolve();
  await clock.advance(200);

  assertEquals(slow.closed?.code, 4413);
  assertEquals(fast.spokenText, "One two");
});

Deno.test("an expired token closes the socket unless it was refreshed", async () => {
  const { connect, clock } = arrange();
  const idle = await connect({ expiresInMs: 60_000 });
  const fresh = await connect({ expiresInMs: 60_000 });
  const accessToken = `aaaaaaaa-0000-4000-8000-000000000001/${clock.now() + 600_000}`;

  fresh.command({ type: "auth.refresh", accessToken });
  await clock.advance(61_000);

  assertEquals(idle.errorCodes, ["token_expired"]);
  assertEquals(idle.closed?.code, 4401);
  assertEquals(fresh.closed, null);
});

Deno.test("a refresh with a bad token or another user's is refused and changes nothing", async () => {
  const { connect, clock } = arrange();
  const socket = await connect({ expiresInMs: 60_000 });

  socket.command({ type: "auth.refresh", accessToken: "nonsense" });
  socket.command({
    type: "auth.refresh",
    accessToken: `bbbbbbbb-0000-4000-8000-000000000002/${clock.now() + 600_000}`,
  });
  await clock.advance(0);
  assertEquals(socket.errorCodes, ["unauthorized", "unauthorized"]);

  await clock.advance(61_000);
  assertEquals(socket.closed?.code, 4401);
});

Deno.test("commands that come before the session is ready wait for it, in order", async () => {
  const { connect, clock } = arrange([[...says("A"), finishes()], [...says("B"), finishes()]]);
  const connecting = connect();
  const socket = await connecting;

  socket.say("One");
  socket.say("Two");
  await clock.advance(500);

  const questions = socket.framesOf("message").map(({ message }) => message.parts[0]);
  assertEquals(questions.map((part) => part?.type === "text" && part.text), ["One", "Two"]);
});

Deno.test("a user may have so many connections on a worker, and one that leaves makes room", async () => {
  const { connect, clock } = arrange();
  const sockets = await Promise.all(Array.from({ length: 10 }, () => connect()));
  const other = await connect({
    userId: "bbbbbbbb-0000-4000-8000-000000000002",
    sessionId: crypto.randomUUID(),
  });

  const crowded = await connect();
  assertEquals([crowded.errorCodes, crowded.closed?.code], [["too_many_connections"], 4429]);
  assertEquals(other.closed, null);

  await sockets[0]?.leave();
  await clock.advance(100);
  assertEquals((await connect()).closed, null);
});
