import { assertEquals } from "@std/assert";
import { sweepMemoryDatabase } from "../store/memory/sweep.ts";
import { createWorld, SESSION } from "../testing/world.ts";
import { createScriptedModel, finishes, says } from "../turn/testing/scripted-model.ts";

Deno.test("[R7] a question that was interrupted in line can be asked again", async () => {
  const world = createWorld();
  const silent = createScriptedModel([[new Promise(() => {})]]);
  const dying = world.addWorker({ model: silent });
  const socket = await dying.connect();
  socket.say("first");
  socket.say("second");
  await world.clock.advance(500);
  const session = world.database.sessions.get(SESSION)!;
  // Its worker dies with its socket, and no other one is found.
  session.attachments.clear();
  session.lease.expiresAt = world.clock.now();
  session.lease.wakeCount = world.database.settings.wakeAttempts;
  session.lease.wokenAt = -Infinity;
  sweepMemoryDatabase(world.database);

  const model = createScriptedModel([[...says("Sorry"), finishes()]]);
  const back = await world.addWorker({ model }).connect();
  const interrupted = back.framesOf("message").at(-1)!.message;
  back.command({ type: "message.regenerate", id: crypto.randomUUID(), messageId: interrupted.id });
  await world.clock.advance(1_000);

  assertEquals(interrupted.metadata?.status, "interrupted");
  assertEquals([back.errorCodes, back.spokenText], [[], "Sorry"]);
});
