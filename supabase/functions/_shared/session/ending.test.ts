import { assert, assertEquals } from "@std/assert";
import { sweepMemoryDatabase } from "../store/memory/sweep.ts";
import type { SessionStore } from "../store/session-store.ts";
import { createWorld, SESSION } from "../testing/world.ts";
import { createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";
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

Deno.test("[K5] the user's end of a session that was reopened with nothing said ends it for every tab, without another summary", async () => {
  const { world, clock, leader, socket, session } = await arrange();
  await socket.leave(1001);
  await clock.advance(35_000);
  sweepMemoryDatabase(world.database);
  await clock.advance(1_000);
  const before = session.endReason;

  const [back, other] = [await leader.connect(), await addWorker(world, []).connect()];
  await clock.advance(1_000);
  back.end();
  await clock.advance(2_000);

  assertEquals([before, session.endReason, session.status], ["abandoned", "ended_by_user", "ended"]);
  for (const { frames, closed } of [back, other]) {
    assertEquals([closed?.code, frames.some(({ type }) => type === "session.ended")], [4410, true]);
  }
  assertEquals([session.endingNumber, session.jobs.length], [1, 1]);
});

/** Two tabs of one worker that the database does not hear from for longer than an attachment lasts. */
async function arrangeOutage() {
  const world = createWorld();
  const { clock, database } = world;
  const roundTripMs = 5;
  const calls = { isDown: false, appends: 0 };
  const orFail = <T>(call: () => Promise<T>): Promise<T> =>
    calls.isDown ? Promise.reject(new Error("Out of reach")) : call();
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    readLog: (request) => orFail(() => store.readLog(request)),
    claimSession: (request) => orFail(() => store.claimSession(request)),
    detachConnection: (request) => orFail(() => store.detachConnection(request)),
    append: (request) =>
      orFail(async () => {
        calls.appends++;
        await new Promise<void>((resolve) => clock.schedule(roundTripMs, resolve));
        return await store.append(request);
      }),
  });
  const worker = world.addWorker({ model: createScriptedModel([hello]), wrapStore });
  const [stays, leaves] = [await worker.connect(), await worker.connect()];
  stays.say("Hi");
  await clock.advance(2_000);
  calls.isDown = true;
  await clock.advance(20_000);
  const session = database.sessions.get(SESSION);
  assert(session);
  return { clock, database, calls, stays, leaves, session };
}

for (const isRestart of [false, true]) {
  const cause = isRestart ? "a restart of the database" : "an outage";
  Deno.test(`[K5] a tab that closes right after ${cause} does not end the other, nor keep asking for it`, async () => {
    const { clock, database, calls, stays, leaves, session } = await arrangeOutage();
    if (isRestart) database.serverStartedAt = clock.now();
    calls.isDown = false;

    void leaves.leave(1000);
    await clock.advance(3_000);
    calls.appends = 0;
    await clock.advance(1_000);

    assertEquals([stays.closed, session.status, session.lease.epoch], [null, "active", 1]);
    assertEquals([session.lease.endRequested, session.jobs.length], [null, 0]);
    assert(calls.appends <= 15, `Expected a few appends, got ${calls.appends}`);
  });
}
