/** A conversation of an hour over workers that live for 20 s, with the real session client, in virtual time. */
import { assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { textOf } from "../../functions/_shared/protocol/mod.ts";
import { createWorld, SESSION, type World } from "../../functions/_shared/testing/world.ts";
import { openSession } from "../../../web/src/client/mod.ts";
import { createPacedModel, toAnswer, toQuestion } from "./testing/paced-model.ts";
import { openTaskQueue } from "./testing/open-task-queue.ts";
import { createVirtualPlatform } from "./testing/virtual-platform.ts";

const WALL_CLOCK_MS = 20_000;
const QUESTION_EVERY_MS = 20_000;
const PAUSE_MS = 400;
const LATENCY_MS = 30;
/** What a user may notice of a handover. */
const LONGEST_GAP_MS = 1_000;

interface Talk {
  minutes: number;
  continuesText: boolean;
  /** Length of the answer to each question in turn. */
  words: readonly number[];
}

/** Talks that long, and tells what the client and the log ended with. */
async function talk({ minutes, continuesText, words }: Talk) {
  await using tasks = openTaskQueue();
  const world = createWorld(tasks);
  const { clock } = world;
  const model = createPacedModel({ clock, pauseMs: PAUSE_MS, continuesText });
  const platform = createVirtualPlatform({ world, model, wallClockMs: WALL_CLOCK_MS, latencyMs: LATENCY_MS });
  const session = openSession({
    url: "http://platform/functions/v1/session",
    sessionId: SESSION,
    getAccessToken: () => Promise.resolve("token"),
    WebSocket: platform.WebSocket,
    clock,
    random: () => 0.5,
  });
  const gaps = watchGaps(session, clock);
  const silences = watchSilences(session, clock);
  await clock.advance(1_000);

  const questions: string[] = [];
  for (let number = 0; number < minutes * 60_000 / QUESTION_EVERY_MS; number++) {
    const question = toQuestion(number, words[number % words.length] ?? 1);
    questions.push(question);
    session.send(question);
    await clock.advance(QUESTION_EVERY_MS);
  }
  await clock.advance(60_000);
  const { state } = session;
  session.detach();
  return { world, platform, questions, state, gaps, silences };
}

/** How long the client was without a connection, each time. */
function watchGaps(session: ReturnType<typeof openSession>, clock: World["clock"]): number[] {
  const gaps: number[] = [];
  let lostAt: number | null = null;
  session.subscribe(() => {
    const { status } = session.state.connection;
    if (status === "live" && lostAt !== null) gaps.push(clock.monotonic() - lostAt);
    if (status === "live") lostAt = null;
    else lostAt ??= clock.monotonic();
  });
  return gaps;
}

/** How long nothing was heard of an answer that was being written, each time. */
function watchSilences(session: ReturnType<typeof openSession>, clock: World["clock"]): number[] {
  const silences: number[] = [];
  let heardAt: number | null = null;
  session.onFrame((frame) => {
    if (frame.type !== "chunks") return;
    if (heardAt !== null) silences.push(clock.monotonic() - heardAt);
    heardAt = frame.chunks.some(({ type }) => type === "finish") ? null : clock.monotonic();
  });
  return silences;
}

/** The messages of the log as a reader of the database finds them. */
function messagesInLog(world: World) {
  const events = world.database.sessions.get(SESSION)?.events ?? [];
  return events.flatMap(({ eventType, content }) =>
    eventType === "user_message" || eventType === "assistant_message" ? [{ eventType, content }] : []
  );
}

/** How often a worker has taken back what another had said, as far as the log still tells. */
function restartedCount({ database }: World): number {
  const chunks = database.sessions.get(SESSION)?.buffer.flatMap((row) => row.chunks) ?? [];
  return chunks.filter(({ type }) => type === "reset-step").length;
}

function checkConversation(
  { world, questions, state, gaps, silences }: Awaited<ReturnType<typeof talk>>,
): void {
  const expected = questions.flatMap((question) => [question, toAnswer(question)]);
  const inOrder = [
    ...questions.map((question) => ({ eventType: "user_message", content: question })),
    ...questions.map((question) => ({ eventType: "assistant_message", content: toAnswer(question) })),
  ];
  const byType = messagesInLog(world).toSorted((left, right) =>
    right.eventType.localeCompare(left.eventType)
  );
  assertEquals(byType, inOrder as typeof byType);
  const shown = state.messages.map((message) => textOf(message));
  assertEquals(shown.toSorted(), expected.toSorted());
  const statuses = state.messages.flatMap(({ role, metadata }) =>
    role === "assistant" ? [metadata?.status] : []
  );
  assertEquals([...new Set(statuses)], ["completed"]);
  assertEquals([state.pending, state.activeTurn, state.lastError, state.connection.status], [
    [],
    null,
    null,
    "live",
  ]);
  assertLessOrEqual(Math.max(...gaps), LONGEST_GAP_MS);
  assertLessOrEqual(Math.max(...silences), LONGEST_GAP_MS + PAUSE_MS);
}

Deno.test("an hour on workers that live for 20 s is one conversation, without a gap above a second", async () => {
  // Every third answer is longer than what is left of many a worker; each fits into the life of a fresh one.
  const result = await talk({ minutes: 60, continuesText: false, words: [3, 8, 30] });

  checkConversation(result);
  assertGreater(result.platform.workerCount, 170);
  assertGreater(restartedCount(result.world), 0);
});

Deno.test("an answer that outlives its workers is written by one after the other, and nothing is said twice", async () => {
  const result = await talk({ minutes: 10, continuesText: true, words: [3, 70, 2, 2, 2] });

  checkConversation(result);
  assertEquals(restartedCount(result.world), 0);
});
