import { assertEquals } from "@std/assert";
import { createWorld, SESSION } from "../testing/world.ts";
import { createScriptedModel, finishes, says } from "../turn/testing/scripted-model.ts";

Deno.test("[R7] a turn that breaks in a way nobody thought of ends as interrupted, and the next one runs", async () => {
  const world = createWorld();
  let failures = 1;
  const { connect } = world.addWorker({
    model: createScriptedModel([[...says("Fine"), finishes()]]),
    openUserDatabase() {
      if (failures-- > 0) throw new Error("Broken");
      return { select: () => Promise.resolve([]), call: () => Promise.resolve(null) };
    },
  });
  const socket = await connect();

  socket.say("first");
  await world.clock.advance(1_000);
  socket.say("second");
  await world.clock.advance(1_000);

  const statuses = [...world.database.sessions.get(SESSION)?.turns.values() ?? []].map(({ status }) =>
    status
  );
  assertEquals([statuses, socket.spokenText], [["interrupted", "completed"], "Fine"]);
});
