/** A conversation over real workers that live for a few seconds only, with the session client that an application uses. */
import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { textOf } from "../../functions/_shared/protocol/mod.ts";
import { openSession, type SessionClient } from "../../../web/src/client/mod.ts";
import { eventually } from "./testing/eventually.ts";
import { createSuite } from "./testing/suite.ts";
import { signUp, type TestUser } from "./testing/user.ts";

const WALL_CLOCK_MS = 4_000;
const QUESTIONS = 16;
const QUESTION_EVERY_MS = 2_500;
/** Up to half a second, or longer than what is left of many a worker, but not than the life of a fresh one. */
const LENGTHS = [20, 5, 100];
/** Mostly the boot of the next worker, on whatever machine this is; half a second where nothing else runs. */
const LONGEST_GAP_MS = 5_000;

const suite = createSuite({
  embeddedOnly: true,
  functions: {
    wallClockMs: WALL_CLOCK_MS,
    env: { SIMULATED_TOKENS_PER_SECOND: "40", SIMULATED_FIRST_TOKEN_MS: "0" },
  },
});

function watchGaps(session: SessionClient): number[] {
  const gaps: number[] = [];
  let lostAt: number | null = performance.now();
  session.subscribe(() => {
    const { status } = session.state.connection;
    if (status === "live" && lostAt !== null) gaps.push(performance.now() - lostAt);
    if (status === "live") lostAt = null;
    else lostAt ??= performance.now();
  });
  return gaps;
}

async function readLog({ supabase }: TestUser, sessionId: string): Promise<string[]> {
  const { data, error } = await supabase.from("session_events").select("content, event_type")
    .eq("session_id", sessionId).in("event_type", ["user_message", "assistant_message"]).order("seq");
  if (error) throw error;
  return data.map(({ content }) => content ?? "");
}

function countTo(length: number): string {
  return Array.from({ length }, (_, index) => index + 1).join(" ");
}

suite.test("a conversation goes on over many workers: nothing lost, doubled or given up, and no long gap", async (target) => {
  const user = await signUp(target);
  const sessionId = crypto.randomUUID();
  const session = openSession({
    url: `${target.apiUrl}/functions/v1/session`,
    sessionId,
    getAccessToken: () => Promise.resolve(user.accessToken),
  });
  const gaps = watchGaps(session);
  const lengths = Array.from({ length: QUESTIONS }, (_, index) => LENGTHS[index % LENGTHS.length] ?? 1);

  for (const length of lengths) {
    session.send(`count to ${length}`);
    await new Promise((resolve) => setTimeout(resolve, QUESTION_EVERY_MS));
  }
  const { messages } = await eventually(() => {
    const { state } = session;
    const isDone = state.messages.length === 2 * QUESTIONS && state.activeTurn === null && state.isCaughtUp;
    return Promise.resolve(isDone && state);
  }, "the last answer");
  const log = await readLog(user, sessionId);
  session.close();

  const questions = lengths.map((length) => `count to ${length}`);
  const answers = lengths.map(countTo);
  const shown = (role: string) => messages.filter((message) => message.role === role);
  assertEquals(shown("user").map(textOf), questions);
  assertEquals(shown("assistant").map(textOf), answers);
  assertEquals([...new Set(shown("assistant").map(({ metadata }) => metadata?.status))], ["completed"]);
  assertEquals(log.toSorted(), [...questions, ...answers].toSorted());
  assertGreater(gaps.length, 8);
  assertLess(Math.max(...gaps.slice(1)), LONGEST_GAP_MS);
});

suite.close();
