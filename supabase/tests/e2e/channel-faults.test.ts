/** What may happen to Realtime and to workers while somebody watches: what is seen ends as the log, every time. */
import { assert, assertEquals } from "@std/assert";
import { createClient } from "@supabase/supabase-js";
import { watchSession } from "../../../web/src/client/mod.ts";
import type { Database } from "../../functions/_shared/database.types.ts";
import type { Stack } from "../../../scripts/stack/stack.ts";
import { eventually } from "./testing/eventually.ts";
import { createSuite } from "./testing/suite.ts";
import { drive, hasAnswered, hasSaid, openTab, until, watch } from "./testing/tab.ts";
import { logOf, told } from "./testing/told.ts";
import { signUp } from "./testing/user.ts";

const suite = createSuite({
  embeddedOnly: true,
  functions: { env: { SIMULATED_TOKENS_PER_SECOND: "40", SIMULATED_FIRST_TOKEN_MS: "0" } },
});

/** A token that ends soon. */
function shortToken({ tokens }: Stack, userId: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return tokens.sign({ sub: userId, role: "authenticated", aud: "authenticated", iat: now, exp: now + 4 });
}

suite.testEmbedded(
  "[K18] broadcasts that are lost, late and out of order change nothing of what results",
  async (target) => {
    const user = await signUp(target);
    const sessionId = crypto.randomUUID();
    const driver = drive(target, await openTab(target, user), sessionId);
    driver.send("Hello");
    await until(driver, hasAnswered(1), { what: "the first answer" });
    const tab = watch(await openTab(target, user), sessionId);
    await until(tab, ({ connection }) => connection.status === "live", { what: "the live channel" });
    const { realtime } = target.stack;
    assert(realtime);
    let count = 0;
    realtime.faults = () => {
      const turn = count++ % 5;
      if (turn === 0) return "drop";
      if (turn === 1) return { behind: 2 };
      return turn === 2 ? { delayMs: 200 } : "deliver";
    };

    driver.send("count to 150");
    driver.send("And what is my balance? user_id=user-1");
    await until(tab, hasAnswered(3), { what: "the end" });
    realtime.faults = undefined;
    await until(driver, hasAnswered(3), { what: "the driver's end" });

    assert(count > 20);
    assertEquals(told(tab.state), await logOf(target, sessionId));
    tab.close();
    driver.detach();
  },
);

suite.testEmbedded(
  "a restart of Realtime in the middle of an answer is a short break, and nothing is missing",
  async (target) => {
    const user = await signUp(target);
    const sessionId = crypto.randomUUID();
    const driver = drive(target, await openTab(target, user), sessionId);
    driver.send("count to 250");
    await until(driver, hasSaid({ answers: 1, characters: 1 }), { what: "the first word" });
    const tab = watch(await openTab(target, user), sessionId);
    await until(
      tab,
      (state) => state.connection.status === "live" && hasSaid({ answers: 1, characters: 20 })(state),
      {
        what: "words",
      },
    );
    const statuses: string[] = [];
    tab.subscribe(() =>
      statuses.at(-1) !== tab.state.connection.status && statuses.push(tab.state.connection.status)
    );

    await target.stack.realtime?.restart();
    await until(tab, () => statuses.includes("reconnecting"), { what: "the break" });
    await until(tab, ({ connection }) => connection.status === "live", { what: "the live channel" });
    assert(!hasAnswered(1)(tab.state), "the answer was over before the channel was live again");
    await until(tab, hasAnswered(1), { what: "the end" });

    assertEquals(told(tab.state), await logOf(target, sessionId));
    tab.close();
    driver.detach();
  },
);

suite.testEmbedded(
  "[K3] [K18] a watcher sees the answer of a killed worker rewound and taken over",
  async (target) => {
    const user = await signUp(target);
    const sessionId = crypto.randomUUID();
    const driver = drive(target, await openTab(target, user), sessionId);
    driver.send("count to 150");
    await until(driver, hasSaid({ answers: 1, characters: 1 }), { what: "the first word" });
    const tab = watch(await openTab(target, user), sessionId);
    await until(
      tab,
      (state) => state.connection.status === "live" && hasSaid({ answers: 1, characters: 60 })(state),
      {
        what: "words",
      },
    );

    const worker = target.stack.functions?.workers().find((each) => each.function === "session");
    assert(worker);
    target.stack.functions?.kill(worker.pid, "SIGKILL");
    await until(tab, hasAnswered(1), { what: "the end", patienceMs: 60_000 });
    await until(driver, hasAnswered(1), { what: "the driver's end" });

    const stored = await logOf(target, sessionId);
    assertEquals(told(tab.state), stored);
    assertEquals(told(driver.state), stored);
    tab.close();
    driver.detach();
  },
);

suite.testEmbedded(
  "a channel outlives its first token, and comes back with a fresh one after a stale one",
  async (target) => {
    const user = await signUp(target);
    const sessionId = crypto.randomUUID();
    const driver = drive(target, await openTab(target, user), sessionId);
    driver.send("count to 500");
    await until(driver, hasSaid({ answers: 1, characters: 1 }), { what: "the first word" });
    const tokens: string[] = [];
    let isAsleep = false;
    const getAccessToken = async () => {
      if (isAsleep) return tokens.at(-1) ?? "";
      const token = await shortToken(target.stack, user.userId);
      tokens.push(token);
      return token;
    };
    const supabase = createClient<Database>(target.apiUrl, target.publishableKey, {
      accessToken: () => Promise.resolve(tokens.at(-1) ?? null),
    });
    const tab = watchSession({ supabase, sessionId, getAccessToken });
    await until(tab, ({ connection }) => connection.status === "live", { what: "the live channel" });
    const statuses: string[] = [];
    tab.subscribe(() =>
      statuses.at(-1) !== tab.state.connection.status && statuses.push(tab.state.connection.status)
    );

    await eventually(() => Promise.resolve(tokens.length >= 3), "several tokens");
    assertEquals(statuses, ["live"]);
    isAsleep = true;
    await until(tab, ({ connection }) => connection.status !== "live", { what: "the end of the last token" });
    isAsleep = false;
    await until(tab, ({ connection }) => connection.status === "live", { what: "the live channel" });
    assert(!hasAnswered(1)(tab.state), "the answer was over before the channel was live again");
    driver.cancel();
    await until(tab, hasAnswered(1), { what: "the stop" });

    assertEquals(told(tab.state), await logOf(target, sessionId));
    tab.close();
    driver.detach();
  },
);

suite.testEmbedded(
  "two watchers of a session on one client each hear all of it, and one may leave",
  async (target) => {
    const user = await signUp(target);
    const sessionId = crypto.randomUUID();
    const supabase = await openTab(target, user);
    const driver = drive(target, supabase, sessionId);
    driver.send("count to 200");
    await until(driver, hasSaid({ answers: 1, characters: 1 }), { what: "the first word" });
    const [first, second] = [watch(supabase, sessionId), watch(supabase, sessionId)];
    for (const view of [first, second]) {
      await until(view, ({ connection }) => connection.status === "live", { what: "the live channel" });
    }
    assertEquals(target.stack.realtime?.channelCount(`session:${sessionId}`), 1);

    first.close();
    const third = watch(supabase, sessionId);
    for (const view of [second, third]) await until(view, hasAnswered(1), { what: "the end" });
    const stored = await logOf(target, sessionId);
    for (const view of [second, third]) {
      assertEquals(told(view.state), stored);
      view.close();
    }
    await eventually(
      () => Promise.resolve(target.stack.realtime?.channelCount(`session:${sessionId}`) === 0),
      "the channel's leave",
    );
    driver.detach();
  },
);

suite.close();
