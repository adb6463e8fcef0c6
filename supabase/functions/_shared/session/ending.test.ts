import { assert, assertEquals } from "@std/assert";
import { createWorld, SESSION } from "../testing/world.ts";
import { finishes, says, type Script } from "../turn/testing/scripted-model.ts";
import { addHeldWorker, addWorker } from "./testing/held-worker.ts";

const hello: Script = [...says("Hello"), finishes()];

/** A session with one answer in it, whose leader a test can hold. */
async function arrange() {
  const world = createWorld();
  const leader = addHeldWorker(world, [hello]);
  const socket = await leader.connect();
  socket.say("Hi");
  await world.clock.advance(500);
  const session = world.database.sessions.get(SESSION);
  assert(session);
  return { world, clock: world.clock, leader, socket, session };
}

Deno.test("[K5] a user's end stands when the user closes before it is committed, though another tab comes", async () => {
  const { world, clock, leader, socket, session } = await arrange();
  leader.hold("append answer");
  await clock.advance(1_000);

  socket.end();
  await clock.advance(0);
  void socket.leave(1000);
  await clock.advance(0);
  const other = await addWorker(world, []).connect();
  leader.release();
  await clock.advance(2_000);

  assertEquals([session.status, session.endReason], ["ended", "ended_by_user"]);
  assertEquals(other.closed?.code, 4410);
});
