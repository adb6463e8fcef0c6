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

Deno.test("[R5] what is said while the end is being committed is refused on record, and does not reopen the session", async () => {
  const { clock, leader, socket, session } = await arrange();
  const other = await leader.connect();
  leader.hold("append answer");
  socket.end();
  await clock.advance(0);

  other.say("Wait");
  await clock.advance(0);
  leader.release();
  await clock.advance(2_000);

  const said = session.commands.findLast(({ command }) => command.type === "message.create");
  assertEquals([said?.isSettled, said?.refusal, session.status], [true, "session_ended", "ended"]);
});

type Arranged = Awaited<ReturnType<typeof arrange>>;

const ENDS: [string, (arranged: Arranged) => void][] = [
  ["ended by its user", ({ socket }) => socket.end()],
  ["taken for abandoned", ({ session }) => {
    session.attachments.clear();
    session.lease.endRequested = "abandoned";
  }],
];

for (const [name, end] of ENDS) {
  Deno.test(`[K5] a session that was ${name} is answered at once on the worker where it is opened again`, async () => {
    const arranged = await arrange();
    const { world, clock, session } = arranged;
    end(arranged);
    await clock.advance(1_500);
    const { status } = session;

    const back = await addWorker(world, [hello]).connect();
    back.say("Hi again");
    await clock.advance(200);

    assertEquals([status, back.spokenText], ["ended", "Hello"]);
  });
}
