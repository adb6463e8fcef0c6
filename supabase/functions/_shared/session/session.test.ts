import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import { z } from "zod";
import { ModelError } from "../model/language-model.ts";
import { applyChunk, type Frame, type Message, textOf, toDraft } from "../protocol/mod.ts";
import type { SessionStore } from "../store/session-store.ts";
import { StoreError } from "../store/store-error.ts";
import { sweepMemoryDatabase } from "../store/memory/sweep.ts";
import { defineTool, type Tool } from "../tools/tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";
import { BOB, createWorld, SESSION } from "../testing/world.ts";

const hello: Script = [...says("Hel", "lo"), finishes()];

function arrange(scripts: Script[], tools: readonly Tool[] = []) {
  const world = createWorld();
  const model = createScriptedModel(scripts);
  const first = world.addWorker({ model, tools });
  const messages = () =>
    world.database.sessions.get(SESSION)?.events.filter(({ role, seq }) => seq !== null && role !== "tool") ??
      [];
  return { ...world, ...first, model, messages };
}

const approvedTool = defineTool({
  name: "cancel",
  description: "Cancels",
  input: z.object({ order: z.string() }),
  questions: {},
  needsApproval: true,
  sideEffects: "keyed",
  timeoutMs: 1000,
  execute: () => Promise.resolve({ cancelled: true }),
}) as unknown as Tool;

Deno.test("a connection is told that the session is ready, and an answer streams to it", async () => {
  const { connect, clock } = arrange([hello]);
  const socket = await connect();

  const id = socket.say("Hi");
  await clock.advance(1000);

  const types = socket.frames.map(({ type }) => type).filter((type) => type !== "session.updated");
  assertEquals(types.slice(0, 3), ["session.ready", "message", "chunks"]);
  assertEquals(socket.spokenText, "Hello");
  assertEquals(socket.framesOf("command.accepted"), [{
    type: "command.accepted",
    id,
    seq: 1,
    duplicate: false,
  }]);
  assertEquals(socket.chunks.at(-1)?.type, "finish");
});

Deno.test("[K7] a message and the start of its answer take one commit, and the first words wait for no other", async () => {
  const { addWorker, clock } = createWorld();
  const appended: string[][] = [];
  const { connect } = addWorker({
    model: createScriptedModel([hello]),
    wrapStore: (store) => ({
      ...store,
      append: (request) => {
        const items = request.batches.flatMap(({ events, chunkRuns }) => [
          ...events.map(({ eventType }) => eventType),
          ...chunkRuns.flatMap(({ chunks }) => chunks.map(({ type }) => type)),
        ]);
        if (items.length > 0) appended.push(items);
        return store.append(request);
      },
    }),
  });
  const socket = await connect();

  socket.say("Hi");
  await clock.advance(0);

  assertEquals(appended[0], ["user_message", "start", "start-step"]);
  assertEquals(socket.spokenText, "Hello");
});

Deno.test("[R2] items have contiguous seq, in the order in which they are sent", async () => {
  const { connect, clock } = arrange([hello, hello]);
  const socket = await connect();
  socket.say("One");
  await clock.advance(500);
  socket.say("Two");
  await clock.advance(500);

  const seqs = socket.frames.flatMap((frame) => {
    if (frame.type === "message") return [frame.seq];
    return frame.type === "chunks" ? frame.chunks.map((_chunk, index) => frame.seq + index) : [];
  });
  assertEquals(seqs, seqs.map((_seq, index) => index + 1));
});

Deno.test("[R5] a command sent twice is applied once", async () => {
  const { connect, clock, messages } = arrange([hello]);
  const socket = await connect();
  const id = "99999999-0000-4000-8000-000000000009";

  socket.command({ type: "message.create", id, text: "Hi" });
  socket.command({ type: "message.create", id, text: "Hi" });
  await clock.advance(1000);

  assertEquals(messages().map(({ role }) => role), ["user", "assistant"]);
  assertEquals(socket.framesOf("command.accepted").map(({ duplicate }) => duplicate), [false, true]);
});

Deno.test("[R10] somebody else's session is refused and left alone", async () => {
  const { connect, messages } = arrange([hello]);
  await connect();

  const intruder = await connect({ userId: BOB });
  intruder.say("Hi");

  assertEquals(intruder.errorCodes, ["forbidden"]);
  assertEquals(intruder.closed?.code, 4403);
  assertEquals(messages(), []);
});

Deno.test("[R10] a session id that was deleted and is used by somebody else tells the former owner nothing", async () => {
  const { connect, clock, database } = arrange([hello]);
  const former = await connect();
  database.sessions.delete(SESSION);

  const owner = await connect({ userId: BOB });
  await clock.advance(3_000);
  const owned = owner.closed ? await connect({ userId: BOB }) : owner;
  owned.say("A secret");
  await clock.advance(500);

  assertEquals(owned.spokenText, "Hello");
  assertNotEquals(former.closed, null);
  assertEquals(former.texts.some((text) => text.includes("A secret")), false);
});

Deno.test("[R6] an answer goes on when its socket is gone, and a return finds it whole", async () => {
  const pause = Promise.withResolvers<void>();
  const { connect, clock } = arrange([[...says("Hel"), pause.promise, ...says("lo"), finishes()]]);
  const socket = await connect();
  socket.say("Hi");
  await clock.advance(200);
  await socket.leave(1006);

  pause.resolve();
  await clock.advance(200);

  const back = await connect();
  const [, answer] = back.framesOf("message");
  assertEquals(answer?.message.parts.find((part) => part.type === "text")?.text, "Hello");
});

Deno.test("[R4] a socket that joins in the middle gets what was said, then what is live, each once", async () => {
  const pause = Promise.withResolvers<void>();
  const { connect, clock } = arrange([[...says("Hel"), pause.promise, ...says("lo"), finishes()]]);
  const first = await connect();
  first.say("Hi");
  await clock.advance(50);

  const second = await connect();
  pause.resolve();
  await clock.advance(500);

  assertEquals(second.spokenText, "Hello");
  assertEquals(second.framesOf("session.ready")[0]?.activeTurn?.status, "running");
  assertEquals(first.spokenText, "Hello");
});

Deno.test("[R3] a cursor gets exactly what came after it", async () => {
  const { connect, clock } = arrange([hello, hello]);
  const socket = await connect();
  socket.say("One");
  await clock.advance(500);
  const { epoch, seq } = socket.framesOf("chunks").at(-1) ?? { epoch: 0, seq: 0 };
  const last = socket.chunks.length + 1;
  socket.say("Two");
  await clock.advance(500);

  assertGreater(seq, 0);
  const back = await connect({ cursor: { epoch, seq: last } });

  assertEquals(back.framesOf("session.ready")[0]?.resume, { kind: "replay" });
  assertEquals(back.framesOf("message").map(({ message }) => message.role), ["user", "assistant"]);
});

Deno.test("[R6] a cancel stops the answer and keeps its text; cancelling nothing is no error", async () => {
  const { connect, clock, messages } = arrange([[...says("Half"), new Promise(() => {}), finishes()]]);
  const socket = await connect();
  socket.cancel();
  socket.say("Hi");
  await clock.advance(200);

  socket.cancel();
  await clock.advance(200);

  assertEquals(socket.chunks.at(-1), { type: "abort", reason: "cancelled" });
  assertEquals(messages().at(-1)?.content, "Half");
  assertEquals(socket.framesOf("command.accepted").length, 3);
});

Deno.test("[K11] a repeated cancel never stops a later answer", async () => {
  const pause = Promise.withResolvers<void>();
  const { connect, clock } = arrange([
    [...says("One"), new Promise(() => {}), finishes()],
    [...says("Two"), pause.promise, ...says("!"), finishes()],
  ]);
  const socket = await connect();
  const cancel = { type: "turn.cancel", id: "99999999-0000-4000-8000-00000000000a" } as const;
  socket.say("First");
  await clock.advance(200);
  socket.command(cancel);
  await clock.advance(200);
  socket.say("Second");
  await clock.advance(200);

  socket.command(cancel);
  await clock.advance(200);
  pause.resolve();
  await clock.advance(200);

  assertEquals(socket.spokenText, "OneTwo!");
  assertEquals(socket.chunks.at(-1)?.type, "finish");
});

Deno.test("messages sent while an answer is written wait in line, and each is answered in its own turn", async () => {
  const pause = Promise.withResolvers<void>();
  const { connect, clock, model } = arrange([[...says("A1"), pause.promise, finishes()], [
    ...says("A2"),
    finishes(),
  ]]);
  const socket = await connect();
  socket.say("Q1");
  await clock.advance(50);
  socket.say("Q2");
  socket.say("Q3", "reject");
  await clock.advance(50);
  pause.resolve();
  await clock.advance(500);

  assertEquals(socket.errorCodes, ["busy"]);
  assertEquals(model.requests[1]?.messages.slice(1).map(({ content }) => content), ["Q1", "A1", "Q2"]);
});

Deno.test("a message with interrupt cancels the running answer and is answered next", async () => {
  const { connect, clock } = arrange([[...says("Long"), new Promise(() => {}), finishes()], hello]);
  const socket = await connect();
  socket.say("First");
  await clock.advance(100);

  socket.say("Second", "interrupt");
  await clock.advance(500);

  assertEquals(socket.chunks.filter(({ type }) => type === "abort").length, 1);
  assertEquals(socket.spokenText, "LongHello");
});

Deno.test("[K15] an approval pauses the answer; after a yes the same message goes on", async () => {
  const { connect, clock } = arrange([
    [...calls("c1", "cancel", { order: "1" }), finishes("tool-calls")],
    [...says("Done"), finishes()],
  ], [approvedTool]);
  const socket = await connect();
  socket.say("Cancel order 1");
  await clock.advance(300);
  assertNotEquals(socket.approvalId, "");
  assertEquals(socket.chunks.at(-1)?.type, "finish");

  socket.approve(true);
  await clock.advance(300);

  assertEquals(socket.spokenText, "Done");
  assert(socket.chunks.some(({ type }) => type === "tool-output-available"));
  assertEquals(new Set(socket.framesOf("chunks").map(({ messageId }) => messageId)).size, 1);
});

Deno.test("[K15] a new message denies what was asked and is not blocked behind it", async () => {
  const { connect, clock } = arrange([
    [...calls("c1", "cancel", { order: "1" }), finishes("tool-calls")],
    [...says("Never mind then"), finishes()],
  ], [approvedTool]);
  const socket = await connect();
  socket.say("Cancel order 1");
  await clock.advance(300);

  socket.say("No, tell me a joke");
  await clock.advance(300);
  socket.approve(true);
  await clock.advance(300);

  assert(socket.chunks.some(({ type }) => type === "tool-output-denied"));
  assertEquals(socket.spokenText, "Never mind then");
  assertEquals(socket.errorCodes, ["nothing_to_answer"]);
});

Deno.test("[K15] an approval can be given after everybody left and came back", async () => {
  const { connect, clock, addWorker } = arrange([[
    ...calls("c1", "cancel", { order: "1" }),
    finishes("tool-calls"),
  ]], [
    approvedTool,
  ]);
  const socket = await connect();
  socket.say("Cancel order 1");
  await clock.advance(300);
  await socket.leave();
  await clock.advance(300);

  const other = addWorker({
    model: createScriptedModel([[...says("Done"), finishes()]]),
    tools: [approvedTool],
  });
  const back = await other.connect();
  const approvalId = socket.approvalId;
  back.command({
    type: "tool.approve",
    id: "99999999-0000-4000-8000-00000000000b",
    approvalId,
    approved: true,
  });
  await clock.advance(300);

  assertEquals(back.spokenText, "Done");
});

Deno.test("[K15] an approval stays open while a message that was queued before it is answered", async () => {
  const pause = Promise.withResolvers<void>();
  const { connect, clock } = arrange([
    [pause.promise, ...calls("c1", "cancel", { order: "1" }), finishes("tool-calls")],
    [...says("Second"), finishes()],
    [...says("Cancelled"), finishes()],
  ], [approvedTool]);
  const socket = await connect();
  socket.say("Cancel order 1");
  await clock.advance(50);
  socket.say("And another thing");
  await clock.advance(50);
  pause.resolve();
  await clock.advance(500);

  socket.approve(true);
  await clock.advance(500);

  assertEquals(socket.errorCodes, []);
  assertEquals(socket.spokenText, "SecondCancelled");
});

Deno.test("[K10] an approval that was accepted is acted on by the next leader", async () => {
  let runCount = 0;
  const tool: Tool = { ...approvedTool, execute: () => Promise.resolve(++runCount) };
  const pause = Promise.withResolvers<void>();
  const { connect, clock, worker, addWorker } = arrange([
    [pause.promise, ...calls("c1", "cancel", { order: "1" }), finishes("tool-calls")],
    [new Promise(() => {})],
  ], [tool]);
  const socket = await connect();
  socket.say("Cancel order 1");
  await clock.advance(50);
  socket.say("And another thing");
  await clock.advance(50);
  pause.resolve();
  await clock.advance(300);
  socket.approve(true);
  await clock.advance(300);
  assertEquals([runCount, socket.errorCodes], [0, []]);

  const leaving = worker.leave();
  await clock.advance(300);
  await leaving;
  const next = createScriptedModel([[...says("One"), finishes()], [...says("Two"), finishes()]]);
  await addWorker({ model: next, tools: [tool] }).connect();
  await clock.advance(500);

  assertEquals(runCount, 1);
  const result = next.requests.flatMap(({ messages }) => messages).findLast(({ role }) => role === "tool");
  assertEquals(result?.content, "1");
});

Deno.test("a regenerated answer takes the place of the old one", async () => {
  const { connect, clock, model } = arrange([hello, [...says("Better"), finishes()], hello]);
  const socket = await connect();
  socket.say("Hi");
  await clock.advance(300);
  const messageId = socket.framesOf("chunks")[0]?.messageId ?? "";

  socket.command({ type: "message.regenerate", id: "99999999-0000-4000-8000-00000000000c", messageId });
  await clock.advance(300);
  socket.say("Next");
  await clock.advance(300);

  const start = socket.chunks.filter((chunk) => chunk.type === "start")[1];
  assertEquals(start?.type === "start" && start.messageMetadata?.replaces, messageId);
  assertEquals(model.requests[2]?.messages.slice(1).map(({ content }) => content), ["Hi", "Better", "Next"]);
});

Deno.test("[K5] session.end stops the answer, ends the session for everybody and says so", async () => {
  const { connect, clock, database } = arrange([[...says("Half"), new Promise(() => {}), finishes()]]);
  const socket = await connect();
  const other = await connect();
  socket.say("Hi");
  await clock.advance(200);

  socket.end();
  await clock.advance(200);

  for (const { closed, frames } of [socket, other]) {
    assertEquals(frames.slice(-2).map(({ type }) => type), ["session.ended", "connection.closing"]);
    assertEquals(closed?.code, 4410);
  }
  assertEquals(socket.framesOf("command.accepted").length, 2);
  const session = database.sessions.get(SESSION);
  assertEquals([session?.status, session?.endReason, session?.summaryStatus], [
    "ended",
    "ended_by_user",
    "pending",
  ]);
});

Deno.test("a message that arrives while the session is being ended is refused", async () => {
  const { connect, clock } = arrange([[...says("Half"), new Promise(() => {}), finishes()]]);
  const socket = await connect();
  const other = await connect();
  socket.say("Hi");
  await clock.advance(200);

  socket.end();
  other.say("One more");
  await clock.advance(300);

  assertEquals(other.errorCodes, ["session_ended"]);
  assertEquals(other.closed?.code, 4410);
});

Deno.test("[K11] a cancel sent right behind its message stops that message's answer", async () => {
  const { connect, clock } = arrange([[...says("Half"), new Promise(() => {}), finishes()]]);
  const socket = await connect();

  socket.say("Hi");
  socket.cancel();
  await clock.advance(500);

  assertEquals(socket.chunks.at(-1)?.type, "abort");
});

Deno.test("[K5] a worker lets a session go when the end it was asked for has become void", async () => {
  const pause = Promise.withResolvers<void>();
  const { connect, clock, addWorker, database } = arrange([[...says("Half"), pause.promise, finishes()]]);
  const socket = await connect();
  socket.say("Hi");
  await clock.advance(200);
  await socket.leave(1000);
  const elsewhere = await addWorker({ model: createScriptedModel([hello]) }).connect();

  pause.resolve();
  await clock.advance(3_000);
  elsewhere.say("Again");
  await clock.advance(2_000);

  assertEquals(database.sessions.get(SESSION)?.status, "active");
  assertEquals(elsewhere.spokenText.endsWith("Hello"), true);
});

Deno.test("[K5] the last clean close ends the session, not one of several", async () => {
  const { connect, clock, database } = arrange([hello]);
  const [one, two] = [await connect(), await connect()];
  one.say("Hi");
  await clock.advance(300);

  await one.leave(1000);
  await clock.advance(300);
  assertEquals(database.sessions.get(SESSION)?.status, "active");
  await two.leave(1000);
  await clock.advance(300);

  assertEquals(database.sessions.get(SESSION)?.endReason, "closed");
});

Deno.test("[K5] a clean close of one tab leaves its grace to another one that is lost later", async () => {
  const world = createWorld();
  const finished = Promise.withResolvers<void>();
  const leader = world.addWorker({
    model: createScriptedModel([[...says("Hi"), finished.promise, finishes()]]),
  });
  const closed = await leader.connect();
  const lost = await world.addWorker({ model: createScriptedModel([]) }).connect();
  closed.say("Hello");
  await world.clock.advance(500);

  await closed.leave(1000);
  await lost.leave(1006);
  finished.resolve();
  await world.clock.advance(2_000);

  assertEquals(world.database.sessions.get(SESSION)?.status, "active");
});

Deno.test("a lost connection leaves the session to the sweep", async () => {
  const { connect, clock, database } = arrange([hello]);
  const socket = await connect();
  socket.say("Hi");
  await clock.advance(300);

  await socket.leave(1006);
  await clock.advance(300);

  const session = database.sessions.get(SESSION);
  assertEquals([session?.status, session?.lease.workerId], ["active", null]);
});

/** Plays the death of the leading worker: it never writes again, and its lease is over. */
function expireLease({ clock, database }: Pick<ReturnType<typeof arrange>, "clock" | "database">): void {
  const lease = database.sessions.get(SESSION)?.lease;
  assert(lease);
  lease.expiresAt = clock.now();
}

Deno.test("[K13] a step that had only spoken is generated again by the next worker, once for every reader", async () => {
  const world = arrange([[...says("Half an ans"), new Promise(() => {}), finishes()]]);
  const socket = await world.connect();
  socket.say("Hi");
  await world.clock.advance(200);
  expireLease(world);

  const other = world.addWorker({ model: createScriptedModel([[...says("A whole answer"), finishes()]]) });
  const back = await other.connect();
  await world.clock.advance(1_000);

  assert(back.chunks.some(({ type }) => type === "reset-step"));
  const answers = world.messages().filter(({ role }) => role === "assistant");
  assertEquals(answers.map(({ content }) => content), ["A whole answer"]);
  for (const { frames } of [socket, back]) assertEquals(textSeen(frames), "A whole answer");
});

Deno.test("[K13] what a restarted step had said is said again when the new attempt ends with less", async () => {
  const world = arrange([[...says("Quite a long beginning"), new Promise(() => {}), finishes()]]);
  const socket = await world.connect();
  socket.say("Hi");
  await world.clock.advance(200);
  expireLease(world);

  const failing = createScriptedModel([[...says("Qu"), new ModelError("model_unavailable")]]);
  await world.addWorker({ model: failing }).connect();
  await world.clock.advance(500);

  const answer = world.messages().at(-1);
  assertEquals(answer?.content, "Quite a long beginning");
});

Deno.test("[K12] a tool that has run is not run again; the next worker goes on from its result", async () => {
  let runCount = 0;
  const tool: Tool = { ...approvedTool, needsApproval: false, execute: () => Promise.resolve(++runCount) };
  const asks: Script = [...calls("c1", "cancel", { order: "1" }), finishes("tool-calls")];
  const world = arrange([asks, [new Promise(() => {})]], [tool]);
  const socket = await world.connect();
  socket.say("Cancel order 1");
  await world.clock.advance(300);
  expireLease(world);

  const model = createScriptedModel([[...says("Done"), finishes()]]);
  await world.addWorker({ model, tools: [tool] }).connect();
  await world.clock.advance(500);

  assertEquals(runCount, 1);
  assert(model.requests[0]?.messages.some((message) => message.role === "tool"));
  assertEquals(world.messages().at(-1)?.content, "Done");
});

for (const sideEffects of ["none", "keyed", "once"] as const) {
  Deno.test(`[K12] a tool with effects "${sideEffects}" that was cut off by its worker's death`, async () => {
    const keys: string[] = [];
    const tool: Tool = {
      ...approvedTool,
      needsApproval: false,
      sideEffects,
      timeoutMs: 60_000,
      execute(_input, { callKey }) {
        keys.push(callKey);
        return keys.length === 1 ? new Promise(() => {}) : Promise.resolve("ran");
      },
    };
    const world = arrange([[...calls("c1", "cancel", { order: "1" }), finishes("tool-calls")]], [tool]);
    const socket = await world.connect();
    socket.say("Cancel order 1");
    await world.clock.advance(300);
    expireLease(world);

    const model = createScriptedModel([[...says("So be it"), finishes()]]);
    await world.addWorker({ model, tools: [tool] }).connect();
    await world.clock.advance(500);

    assertEquals(keys.length, sideEffects === "once" ? 1 : 2);
    assertEquals(new Set(keys).size, 1);
    const result = model.requests[0]?.messages.find((message) => message.role === "tool");
    assertEquals(result?.content.includes("outcome is unknown"), sideEffects === "once");
  });
}

Deno.test("[K12] a cancel after a takeover keeps the tools that have run and does not bring old words back", async () => {
  const tool: Tool = { ...approvedTool, needsApproval: false };
  const world = arrange([[...says("A long partial text"), new Promise(() => {}), finishes()]], [tool]);
  const socket = await world.connect();
  socket.say("Hi");
  await world.clock.advance(200);
  expireLease(world);
  const model = createScriptedModel([
    [...says("ok"), ...calls("c1", "cancel", { order: "1" }), finishes("tool-calls")],
    [new Promise(() => {})],
  ]);
  const back = await world.addWorker({ model, tools: [tool] }).connect();
  await world.clock.advance(300);

  back.cancel();
  await world.clock.advance(300);

  const answer = world.messages().at(-1);
  assertEquals(answer?.content, "ok");
  const parts = (answer?.data.message as Message).parts;
  assertEquals(parts.filter((part) => part.type === "tool-cancel").length, 1);
});

Deno.test("a turn that brings down one worker after the other is given up, with its text", async () => {
  const world = arrange([[...says("Half"), new Promise(() => {}), finishes()]]);
  const socket = await world.connect();
  socket.say("Hi");
  await world.clock.advance(200);

  for (let count = 0; count < 5; count++) {
    expireLease(world);
    const model = createScriptedModel([[...says("Half"), new Promise(() => {}), finishes()]]);
    await world.addWorker({ model }).connect();
    await world.clock.advance(200);
  }

  const answer = world.database.sessions.get(SESSION)?.events.findLast(({ role }) => role === "assistant");
  assertEquals(answer?.content, "Half");
  assertEquals((answer?.data.message as Message).metadata?.status, "interrupted");
});

/** The text of the last answer as a client shows it, rewinds and restarts applied. */
function textSeen(frames: Frame[]): string {
  let draft = toDraft({ id: "", role: "assistant", parts: [] });
  for (const frame of frames) {
    if (frame.type === "message" && frame.message.role === "assistant") draft = toDraft(frame.message);
    if (frame.type === "chunks") draft = frame.chunks.reduce(applyChunk, draft);
  }
  return textOf(draft.message);
}

Deno.test("[K2] a worker that lost its lease rewinds its sockets and follows the new leader", async () => {
  const pause = Promise.withResolvers<void>();
  const { connect, clock, addWorker, database } = arrange([[
    ...says("Old"),
    pause.promise,
    ...says("!"),
    finishes(),
  ]]);
  const socket = await connect();
  socket.say("Hi");
  await clock.advance(200);
  const lease = database.sessions.get(SESSION)?.lease;
  assert(lease);
  lease.expiresAt = clock.now();
  const other = await addWorker({ model: createScriptedModel([hello, hello]) }).connect();
  await clock.advance(200);

  pause.resolve();
  await clock.advance(500);
  other.say("Again");
  await clock.advance(1000);

  const rewound = socket.framesOf("session.rewound")[0];
  assertEquals(rewound?.epoch, 2);
  const texts = other.framesOf("chunks").filter(({ epoch }) => epoch === 2).flatMap(({ chunks }) => chunks);
  assert(texts.some((chunk) => chunk.type === "text-delta" && chunk.delta === "lo"));
  const last = socket.framesOf("message").at(-1)?.message;
  assertEquals(last?.parts.find((part) => part.type === "text")?.text, "Hello");
});

Deno.test("[K5] a socket on a worker that only follows stays attached, and a dead leader is replaced", async () => {
  const { connect, clock, addWorker, database } = arrange([hello]);
  const leading = await connect();
  const other = addWorker({ model: createScriptedModel([hello]) });
  const following = await other.connect();
  await leading.leave();

  await clock.advance(40_000);
  sweepMemoryDatabase(database);
  const session = database.sessions.get(SESSION);
  assertEquals([session?.status, session?.attachments.size], ["active", 1]);

  following.say("Hi");
  await clock.advance(1_000);
  assertEquals(following.spokenText, "Hello");
});

Deno.test("a socket on a following worker hears how the session ended", async () => {
  const { connect, clock, addWorker } = arrange([hello]);
  const leading = await connect();
  leading.say("Hi");
  await clock.advance(300);
  const following = await addWorker({ model: createScriptedModel([]) }).connect();

  leading.end();
  await clock.advance(2_000);

  assertEquals(following.framesOf("session.ended")[0]?.reason, "ended_by_user");
  assertEquals(following.closed?.code, 4410);
});

Deno.test("[K3] a cursor ahead of the durable log gets nothing twice on a follower", async () => {
  const { connect, clock, addWorker } = arrange([[...says("Hel", "lo"), new Promise(() => {})]]);
  const leading = await connect();
  leading.say("Hi");
  await clock.advance(5);
  const said = leading.framesOf("chunks").at(-1);
  assert(said && said.seq > said.durableSeq);
  const cursor = { epoch: said.epoch, seq: said.seq + said.chunks.length - 1 };

  const following = await addWorker({ model: createScriptedModel([]) }).connect({ cursor });
  await clock.advance(2_000);

  assertEquals(following.spokenText, "");
});

Deno.test("a following worker reads the log at its pace, however many commands come in between", async () => {
  const { connect, clock, addWorker } = arrange(Array.from({ length: 20 }, () => hello));
  await connect();
  let readCount = 0;
  const other = addWorker({
    model: createScriptedModel([]),
    wrapStore: (store) => ({
      ...store,
      async readLog(request) {
        readCount++;
        await new Promise<void>((resolve) => clock.schedule(100, resolve));
        return await store.readLog(request);
      },
    }),
  });
  const following = await other.connect();
  await clock.advance(500);
  for (let count = 0; count < 20; count++) {
    following.say("Hi");
    await clock.advance(60);
  }

  assert(readCount > 4, `${readCount} reads while commands came`);

  readCount = 0;
  await clock.advance(2_000);

  assert(readCount <= 9, `${readCount} reads in two seconds`);
});

Deno.test("a session whose history cannot be read at first works for the next connection", async () => {
  const world = createWorld();
  let failures = 1;
  const { connect } = world.addWorker({
    model: createScriptedModel([hello]),
    wrapStore: (store) => ({
      ...store,
      readLog: (request) => failures-- > 0 ? Promise.reject(new Error("lost")) : store.readLog(request),
    }),
  });

  const first = await connect();
  assertEquals(first.closed?.code, 1011);
  await world.clock.advance(1_000);
  const second = await connect();
  second.say("Hi");
  await world.clock.advance(500);

  assertEquals(second.spokenText, "Hello");
});

Deno.test("[K5] a detach that the database misses at first is made up for, and the session can end", async () => {
  const world = createWorld();
  let failures = 3;
  const { connect } = world.addWorker({
    model: createScriptedModel([hello]),
    wrapStore: (store) => ({
      ...store,
      detachConnection: (request) =>
        failures-- > 0 ? Promise.reject(new Error("lost")) : store.detachConnection(request),
    }),
  });
  const socket = await connect();
  socket.say("Hi");
  await world.clock.advance(300);

  socket.leave(1006);
  await world.clock.advance(60_000);
  sweepMemoryDatabase(world.database);

  const session = world.database.sessions.get(SESSION);
  assertEquals([session?.attachments.size, session?.status], [0, "ended"]);
  assert((session?.durationSeconds ?? 60) < 10, "the grace period is no part of the session");
});

Deno.test("[K5] a peer that never answers the close counts as gone", async () => {
  const { connect, clock, database } = arrange([hello]);
  const frozen = await connect({ expiresInMs: 60_000 });
  frozen.answersClose = false;

  await clock.advance(70_000);

  assertEquals(frozen.closed?.code, 4401);
  assertEquals(database.sessions.get(SESSION)?.attachments.size, 0);
});

Deno.test("a planned handover sends every socket away to come back, with nothing unwritten", async () => {
  const { connect, clock, worker, addWorker } = arrange([[
    ...says("Half"),
    new Promise(() => {}),
    finishes(),
  ]]);
  const socket = await connect();
  socket.say("Hi");
  await clock.advance(10);

  const leaving = worker.leave();
  await clock.advance(200);
  await leaving;

  assertEquals(socket.frames.slice(-2).map(({ type }) => type), ["session.restarting", "connection.closing"]);
  assertEquals(socket.closed?.code, 1012);
  const back = await addWorker({ model: createScriptedModel([[...says("A whole answer"), finishes()]]) })
    .connect();
  await clock.advance(200);
  assertEquals(back.framesOf("session.ready")[0]?.epoch, 2);
  assertEquals(back.spokenText, "HalfA whole answer");
});

Deno.test("[K16] drain moves idle sessions and leaves running answers alone", async () => {
  const { connect, clock, worker } = arrange([[...says("Half"), new Promise(() => {}), finishes()]]);
  const busy = await connect();
  const idle = await connect({ sessionId: "dddddddd-0000-4000-8000-000000000004" });
  busy.say("Hi");
  await clock.advance(100);

  worker.drain();
  await clock.advance(100);

  assertEquals(idle.closed?.code, 1012);
  assertEquals(busy.closed, null);
});

Deno.test("the plain profile says start, tokens and done, and remembers earlier turns", async () => {
  const { connect, clock, model } = arrange([hello, hello]);
  const socket = await connect({ isPlain: true });
  socket.receive("Hi");
  await clock.advance(300);
  await socket.leave();

  const back = await connect({ isPlain: true });
  back.receive("Again");
  await clock.advance(300);

  assertEquals(socket.plainFrames, [
    { type: "start", role: "assistant" },
    { type: "token", token: "Hel" },
    { type: "token", token: "lo" },
    { type: "done", text: "Hello" },
  ]);
  assertEquals(back.plainFrames.length, 4);
  assertEquals(model.requests[1]?.messages.slice(1).map(({ content }) => content), ["Hi", "Hello", "Again"]);
});

Deno.test("[K5] a connection that comes on record after its own detach is detached again", async () => {
  const world = createWorld();
  let arrive = () => {};
  const wrapStore = (store: SessionStore): SessionStore => ({
    ...store,
    openSession(request) {
      arrive = () => void store.openSession(request);
      return Promise.reject(new StoreError("storage_unavailable", "Gave up waiting"));
    },
  });
  await world.addWorker({ model: createScriptedModel([]) }).connect();
  await world.addWorker({ model: createScriptedModel([]), wrapStore }).connect();
  await world.clock.advance(1_000);
  arrive();
  await world.clock.advance(0);
  const late = world.database.sessions.get(SESSION)?.attachments.size;

  await world.clock.advance(40_000);

  assertEquals([late, world.database.sessions.get(SESSION)?.attachments.size], [2, 1]);
});

Deno.test("a message that takes the id of another one is refused, and that one stays", async () => {
  const world = arrange([hello, hello]);
  const socket = await world.connect();
  socket.say("Hi");
  await world.clock.advance(1_000);
  const id = world.messages().at(-1)?.data.message as Message;

  socket.command({ type: "message.create", id: id.id, text: "Me instead" });
  await world.clock.advance(1_000);

  assertEquals(socket.errorCodes, ["invalid_command"]);
  assertEquals(world.messages().length, 2);
});
