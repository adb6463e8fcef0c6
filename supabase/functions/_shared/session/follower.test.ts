import { assert, assertEquals } from "@std/assert";
import { createWorld, SESSION, type World } from "../testing/world.ts";
import { finishes, says, type Script } from "../turn/testing/scripted-model.ts";
import { addHeldWorker, expireLease } from "./testing/held-worker.ts";

const hello: Script = [...says("Hello"), finishes()];

function leaseOf({ database }: World) {
  const session = database.sessions.get(SESSION);
  assert(session);
  return session.lease;
}

/** Its leader is dead, and the last socket of the follower leaves while that wins the lease. */
async function arrange({ during }: { during: "claim answer" | "read answer" }) {
  const world = createWorld();
  const dead = addHeldWorker(world, []);
  await dead.connect();
  const follower = addHeldWorker(world, [hello]);
  const socket = await follower.connect();
  dead.hold("append request", "claim request");
  expireLease(world);
  follower.hold("claim answer");
  await world.clock.advance(2_000);
  if (during === "read answer") {
    follower.release();
    follower.hold("read answer");
    await world.clock.advance(0);
  }
  await socket.leave();
  assertEquals(leaseOf(world).epoch, 2);
  return { ...world, ...follower, world };
}

for (const during of ["claim answer", "read answer"] as const) {
  Deno.test(`[K1] a lease won for a session that closed before its ${during} is given back`, async () => {
    const { world, release, clock } = await arrange({ during });

    release();
    await clock.advance(100);

    assertEquals(leaseOf(world).workerId, null);
  });
}

Deno.test("[R1] a socket that returns while the lease is being won for its last visit is answered", async () => {
  const { connect, release, clock } = await arrange({ during: "read answer" });
  const back = await connect();

  release();
  await clock.advance(100);
  back.say("Hi");
  await clock.advance(1_000);

  assertEquals([back.spokenText, back.errorCodes, back.closed], ["Hello", [], null]);
});
