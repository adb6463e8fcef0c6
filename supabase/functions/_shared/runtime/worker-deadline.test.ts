import { assertEquals, assertThrows } from "@std/assert";
import { createWorld } from "../testing/world.ts";
import { createScriptedModel, finishes, says } from "../turn/testing/scripted-model.ts";
import { leaveAtDeadline, readWorkerLifeMs } from "./worker-deadline.ts";

Deno.test("readWorkerLifeMs() reads milliseconds, or nothing where the platform ends workers", () => {
  assertEquals(readWorkerLifeMs(() => "140000"), 140_000);
  assertEquals(readWorkerLifeMs(() => undefined), null);
  assertEquals(readWorkerLifeMs(() => ""), null);
});

Deno.test("readWorkerLifeMs() refuses what cannot be a lifetime, and names the variable", () => {
  for (const text of ["140", "2.5 min", "-1"]) {
    assertThrows(() => readWorkerLifeMs(() => text), Error, "SESSION_WORKER_MAX_MS");
  }
});

Deno.test("leaveAtDeadline() hands everything over in time, the running answer too, and lets nobody in", async () => {
  const { clock, addWorker, database } = createWorld();
  const silence = new Promise<never>(() => {});
  const old = addWorker({ model: createScriptedModel([[...says("Half"), silence]]) });
  leaveAtDeadline(20_000, { clock, leave: () => void old.worker.leave() });
  const socket = await old.connect();
  await clock.advance(19_000);
  socket.say("Hi");
  await clock.advance(900);
  assertEquals([socket.spokenText, socket.closed], ["Half", null]);

  await clock.advance(200);
  const late = await old.connect();
  const fresh = addWorker({ model: createScriptedModel([[...says("Half and half"), finishes()]]) });
  const back = await fresh.connect();
  await clock.advance(1_000);

  const kinds = socket.frames.slice(-2).map(({ type }) => type);
  assertEquals([kinds, socket.closed?.code], [["session.restarting", "connection.closing"], 1012]);
  assertEquals([late.frames[0]?.type, late.closed?.code], ["session.restarting", 1012]);
  assertEquals(back.chunks.at(-1)?.type, "finish");
  const [answer] = [...database.sessions.values()].flatMap(({ events }) =>
    events.filter(({ eventType }) => eventType === "assistant_message")
  );
  assertEquals(answer?.content, "Half and half");
});

Deno.test("leaveAtDeadline() leaves a worker alone whose platform says when it is over", async () => {
  const { clock, addWorker } = createWorld();
  const { connect, worker } = addWorker({ model: createScriptedModel([]) });
  leaveAtDeadline(null, { clock, leave: () => void worker.leave() });
  const socket = await connect();

  await clock.advance(3_000_000);

  assertEquals(socket.closed, null);
});
