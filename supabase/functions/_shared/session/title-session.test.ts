import { assert, assertEquals } from "@std/assert";
import { ModelError } from "../model/language-model.ts";
import { createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";
import { createWorld, SESSION } from "../testing/world.ts";

const answer: Script = [...says("Hello"), finishes()];
const forEver: Script[number] = new Promise(() => {});

async function arrange({ title, scripts = [answer, answer] }: { title: Script; scripts?: Script[] }) {
  const world = createWorld();
  const model = createScriptedModel(scripts, { title });
  const socket = await world.addWorker({ model }).connect();
  const titleNow = () => world.database.sessions.get(SESSION)?.title;
  const ask = async (text: string) => {
    socket.say(text);
    await world.clock.advance(1_000);
  };
  return { ...world, model, socket, titleNow, ask };
}

Deno.test("the model names a session once, after its first answer", async () => {
  const { model, socket, titleNow, ask } = await arrange({
    title: [...says('"A friendly ', 'greeting."\n'), finishes()],
  });

  await ask("Hello there");
  await ask("And again");

  assertEquals(titleNow(), "A friendly greeting");
  assertEquals(socket.framesOf("session.updated").map(({ title }) => title), [
    "Hello there",
    "A friendly greeting",
  ]);
  assertEquals(model.titleRequests.length, 1);
  assertEquals(model.titleRequests[0]?.messages[1]?.content, "[user] Hello there\n[assistant] Hello");
});

Deno.test("an answer that did not come to its end gives no title", async () => {
  const { model, ask } = await arrange({ title: answer, scripts: [[new ModelError("model_unavailable")]] });

  await ask("Hello there");

  assertEquals(model.titleRequests, []);
});

for (
  const [how, title] of Object.entries<Script>({
    fails: [new ModelError("model_unavailable")],
    "says nothing": [finishes()],
    hangs: [forEver],
  })
) {
  Deno.test(`a model that ${how} leaves the title as it is, and the session goes on`, async () => {
    const { socket, titleNow, ask, clock } = await arrange({ title });

    await ask("Hello there");
    await clock.advance(10_000);
    await ask("And again");

    assertEquals(titleNow(), "Hello there");
    assertEquals(socket.spokenText, "HelloHello");
  });
}

Deno.test("a session is not let go before it has its title", async () => {
  const wait = Promise.withResolvers<void>();
  const { socket, ask, clock, database, titleNow } = await arrange({
    title: [wait.promise, ...says("Greeting"), finishes()],
  });
  await ask("Hello there");
  await socket.leave(1000);
  await clock.advance(1_000);
  const before = database.sessions.get(SESSION)?.status;

  wait.resolve();
  await clock.advance(1_000);

  assertEquals([before, database.sessions.get(SESSION)?.status, titleNow()], ["active", "ended", "Greeting"]);
});

Deno.test("a handover does not wait for a title", async () => {
  const world = createWorld();
  const worker = world.addWorker({ model: createScriptedModel([answer], { title: [forEver] }) });
  const socket = await worker.connect();
  socket.say("Hello there");
  await world.clock.advance(1_000);

  await worker.worker.leave();

  assert(socket.closed);
  assertEquals(world.database.sessions.get(SESSION)?.lease.workerId, null);
});

Deno.test("a title that the owner has given meanwhile stays, and everybody is told that one", async () => {
  const named = Promise.withResolvers<void>();
  const { socket, ask, clock, database, titleNow } = await arrange({
    title: [named.promise, ...says("Greeting"), finishes()],
  });
  await ask("Hello there");
  Object.assign(database.sessions.get(SESSION)!, { title: "Mine", titleSource: "user" });

  named.resolve();
  await clock.advance(1_000);

  assertEquals([titleNow(), socket.framesOf("session.updated").at(-1)?.title], ["Mine", "Mine"]);
});

Deno.test("a model that goes on and on is told to stop", async () => {
  const { model, ask } = await arrange({ title: [...says("word ".repeat(100)), forEver, finishes()] });

  await ask("Hello there");

  assertEquals(model.titleRequests[0]?.signal.aborted, true);
});
