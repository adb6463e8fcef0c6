import { assertEquals } from "@std/assert";
import { createWorld, SESSION } from "../testing/world.ts";
import { createScriptedModel, finishes, says } from "../turn/testing/scripted-model.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";

function heard({ plainFrames }: FakeSocket): string[] {
  return plainFrames.map((frame) => {
    switch (frame.type) {
      case "token":
        return frame.token;
      case "done":
        return `done: ${frame.text}`;
      default:
        return frame.type;
    }
  });
}

const HELLO_WORLD = ["start", "Hello ", "world", "done: Hello world"];

Deno.test("the plain profile hears an answer whole while another one is cancelled in line", async () => {
  const world = createWorld();
  const goesOn = Promise.withResolvers<void>();
  const model = createScriptedModel([[...says("Hello "), goesOn.promise, ...says("world"), finishes()]]);
  const worker = world.addWorker({ model });
  const [plain, tab] = [await worker.connect({ isPlain: true }), await worker.connect()];
  plain.receive("first");
  await world.clock.advance(300);
  plain.receive("second");
  await world.clock.advance(300);

  tab.cancel([...world.database.sessions.get(SESSION)?.turns.keys() ?? []].at(-1));
  await world.clock.advance(300);
  goesOn.resolve();
  await world.clock.advance(1_000);

  assertEquals(heard(plain), HELLO_WORLD);
});

for (const pauseMs of [0, 1_000]) {
  Deno.test(`the plain profile hears an answer of another worker to its end, with ${pauseMs} ms in it`, async () => {
    const world = createWorld();
    const pause = new Promise<void>((resolve) => world.clock.schedule(pauseMs, resolve));
    const model = createScriptedModel([[...says("Hello "), pause, ...says("world"), finishes()]]);
    await world.addWorker({ model }).connect();
    const plain = await world.addWorker({ model: createScriptedModel([]) }).connect({ isPlain: true });

    plain.receive("Hi");
    await world.clock.advance(5_000);

    assertEquals(heard(plain).join(""), "startHello worlddone: Hello world");
  });
}
