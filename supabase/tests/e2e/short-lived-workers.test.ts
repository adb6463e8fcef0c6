/** A conversation over real workers that live for a few seconds only, with the session client that an application uses. */
import { assertEquals, assertLessOrEqual } from "@std/assert";
import { textOf } from "../../functions/_shared/protocol/mod.ts";
import { openSession, type SessionClient } from "../../../web/src/client/mod.ts";
import { eventually } from "./testing/eventually.ts";
import { createSuite } from "./testing/suite.ts";
import { signUp, type TestUser } from "./testing/user.ts";

const WALL_CLOCK_MS = 6_000;
const QUESTIONS_AT_LEAST = 16;
const GAPS_AT_LEAST = 8;
const QUESTION_EVERY_MS = 2_500;
/** Up to half a second, or longer than what is left of many a worker, but not than the life of a fresh one. */
const LENGTHS = [20, 5, 100];
/** How long the client means to wait before it returns. How long a worker takes to boot is the machine's affair. */
const LONGEST_PAUSE_MS = 1_000;

const suite = createSuite({
  embeddedOnly: true,
  functions: {
    wallClockMs: WALL_CLOCK_MS,
    env: { SIMULATED_TOKENS_PER_SECOND: "40", SIMULATED_FIRST_TOKEN_MS: "0" },
  },
});

/** The pause before the first return, for each time that the session was live and then was not. */
function watchPauses(session: SessionClient): number[] {
  const pauses: number[] = [];
  let wasLive = false;
  session.subscribe(() => {
    const { connection } = session.state;
    if (wasLive && connection.status === "reconnecting") {
      pauses.push((connection.retryAtMs ?? Infinity) - Date.now());
    }
    wasLive = connection.status === "live";
  });
  return pauses;
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

suite.test("a conversation goes on over many workers: nothing lost, doubled or given up, and each return at once", async (target) => {
  const user = await signUp(target);
  const sessionId = crypto.randomUUID();
  const session = openSession({
    url: `${target.apiUrl}/functions/v1/session`,
    sessionId,
    getAccessToken: () => Promise.resolve(user.accessToken),
  });
  const pauses = watchPauses(session);
  const lengths: number[] = [];

  while (lengths.length < QUESTIONS_AT_LEAST || pauses.length < GAPS_AT_LEAST) {
    const length = LENGTHS[lengths.length % LENGTHS.length] ?? 1;
    lengths.push(length);
    session.send(`count to ${length}`);
    await new Promise((resolve) => setTimeout(resolve, QUESTION_EVERY_MS));
  }
  const { messages } = await eventually(
    () => {
      const { state } = session;
      const isDone = state.messages.length === 2 * lengths.length && state.activeTurn === null &&
        state.isCaughtUp;
      return Promise.resolve(isDone && state);
    },
    "the last answer",
    { patienceMs: 60_000 },
  );
  const log = await readLog(user, sessionId);
  session.close();

  const questions = lengths.map((length) => `count to ${length}`);
  const answers = lengths.map(countTo);
  const shown = (role: string) => messages.filter((message) => message.role === role);
  assertEquals(shown("user").map(textOf), questions);
  assertEquals(shown("assistant").map(textOf), answers);
  assertEquals([...new Set(shown("assistant").map(({ metadata }) => metadata?.status))], ["completed"]);
  assertEquals(log.toSorted(), [...questions, ...answers].toSorted());
  assertLessOrEqual(Math.max(...pauses), LONGEST_PAUSE_MS);
});

suite.close();
