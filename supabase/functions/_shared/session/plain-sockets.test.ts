import { assertEquals } from "@std/assert";
import type { SessionStore } from "../store/session-store.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { createWorld, SESSION } from "../testing/world.ts";
import { createOrderTool } from "../turn/testing/order-tool.ts";
import { calls, createScriptedModel, finishes, says } from "../turn/testing/scripted-model.ts";

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

Deno.test("the plain profile hears what follows an approval once, though another worker writes it", async () => {
  const world = createWorld();
  const pause = Promise.withResolvers<void>();
  const model = createScriptedModel([
    [...says("Shall I?"), ...calls("c1", "order", {}), finishes("tool-calls")],
    [...says("It is "), pause.promise, ...says("done."), finishes()],
  ]);
  const tools = [createOrderTool()];
  await world.addWorker({ model, tools }).connect();
  const plain = await world.addWorker({ model: createScriptedModel([]), tools }).connect({ isPlain: true });
  plain.receive("order it");
  await world.clock.advance(3_000);

  plain.receive("yes");
  await world.clock.advance(3_000);
  pause.resolve();
  await world.clock.advance(3_000);

  const [asked, done] = heard(plain).filter((text) => text.startsWith("done: "));
  assertEquals(asked, "done: Shall I?\n\n[Allow order({})? Answer yes or no.]");
  assertEquals(done, "done: It is done.");
});

Deno.test("[K7] the plain profile hears what a worker says that lost its place and leads again", async () => {
  const world = createWorld();
  const goesOn = Promise.withResolvers<void>();
  let isGap = false;
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    append(request) {
      const isLost = isGap && request.batches.some(({ chunkRuns }) => chunkRuns.length > 0);
      if (!isLost) return store.append(request);
      isGap = false;
      return Promise.resolve(request.batches.map(({ sessionId, seqFrom }) => {
        return { sessionId, outcome: "gap", lastSeq: seqFrom - 1 };
      }));
    },
  });
  const model = createScriptedModel([
    [...says("Kept "), goesOn.promise, ...says("never kept"), new Promise(() => {})],
    [...says("Anew"), finishes()],
    [...says("Second"), finishes()],
  ]);
  const plain = await world.addWorker({ model, wrapStore }).connect({ isPlain: true });
  plain.receive("Hi");
  await world.clock.advance(500);
  isGap = true;
  goesOn.resolve();
  await world.clock.advance(10_000);
  plain.receive("Next");
  await world.clock.advance(3_000);

  assertEquals(heard(plain).filter((text) => text.startsWith("done: ")), [
    "done: Kept never kept",
    "done: [The answer was interrupted and starts again.]\n\nAnew",
    "done: Second",
  ]);
});
