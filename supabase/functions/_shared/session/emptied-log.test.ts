import { assertEquals } from "@std/assert";
import { createWorld, SESSION } from "../testing/world.ts";
import { createScriptedModel, finishes, says } from "../turn/testing/scripted-model.ts";

Deno.test("session.ready tells that retention has emptied the log, but not of a log that holds nothing yet", async () => {
  const world = createWorld();
  const model = createScriptedModel([[...says("Hello"), finishes()]]);
  const worker = world.addWorker({ model });
  const first = await worker.connect();
  first.say("Hi");
  await world.clock.advance(1_000);
  const session = world.database.sessions.get(SESSION);
  if (!session) throw new Error("The session is there");
  Object.assign(session, { events: [], buffer: [] });
  const { lastSeq } = session.lease;
  session.lease.prunedSeq = lastSeq;

  const fresh = await worker.connect();
  const back = await worker.connect({ cursor: { epoch: session.lease.epoch, seq: 1 } });

  const resumes = [first, fresh, back].map(({ frames: [ready] }) =>
    ready?.type === "session.ready" && { seq: ready.seq, resume: ready.resume }
  );
  const emptied = { seq: lastSeq, resume: { kind: "snapshot" as const, isEmpty: true } };
  assertEquals(resumes, [{ seq: 0, resume: { kind: "snapshot" } }, emptied, emptied]);
});
