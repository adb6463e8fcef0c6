/** What it costs in messages of Realtime to watch an answer: real watchers at the stack's own channels. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../supabase/functions/_shared/database.types.ts";
import {
  acceptShare,
  createShare,
  openSession,
  type SessionState,
  textOf,
  watchSession,
} from "../../web/src/client/mod.ts";
import { type Cleanup, createCleanup } from "../stack/cleanup.ts";
import type { Delivery } from "../stack/realtime/realtime.ts";
import type { BenchWorld } from "./bench-world.ts";
import { type Arrival, type ChannelTraffic, toTraffic } from "./channel-traffic.ts";
import { toOrderText } from "./order.ts";

/** Who watches: other tabs of the owner, and people the owner has invited. */
export interface Watchers {
  tabs: number;
  observers: number;
}

export interface ChannelFigures extends Watchers {
  traffic: ChannelTraffic;
}

export interface ChannelPlan extends Watchers {
  tokens: number;
  tokensPerSecond: number;
}

type Client = SupabaseClient<Database>;

const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 50;
/** What is told of a turn after its last word. */
const SETTLE_MS = 1_500;
/** The first answer names the session, which later ones do not. */
const FIRST = { tokens: 3, tokensPerSecond: 50, stampEvery: 0 };

/** @throws Error when speech is broadcast that nobody asked for, or a watcher did not see the whole answer. */
export async function measureChannels(world: BenchWorld, plan: ChannelPlan): Promise<ChannelFigures> {
  const { tabs, observers, tokens, tokensPerSecond } = plan;
  const { stack: { apiUrl, realtime }, accessTokens: [owner = "", ...guests] } = world;
  if (!realtime) throw new Error("Cannot measure channels: the stack runs without Realtime");
  if (guests.length < observers) throw new Error(`Cannot invite ${observers}: too few people have accounts`);
  const cleanup = createCleanup();
  try {
    const sessionId = crypto.randomUUID();
    const getAccessToken = () => Promise.resolve(owner);
    const driver = openSession({ url: `${apiUrl}/functions/v1/session`, sessionId, getAccessToken });
    cleanup.defer(() => driver.detach());
    driver.send(toOrderText(FIRST));
    await until(() => hasAnswered(driver.state, 1) && driver.state.title !== null, "the first answer");

    const client = openClient(world, { accessToken: owner, cleanup });
    const invited = guests.slice(0, observers);
    for (const guest of invited) {
      const { code } = await createShare(client, { sessionId, label: "Bench" });
      await acceptShare(openClient(world, { accessToken: guest, cleanup }), code);
    }
    await listenToAll(client, { sessionId, userId: toUserId(owner) });
    const watches = [...Array<string>(tabs).fill(owner), ...invited].map((accessToken) => {
      const supabase = openClient(world, { accessToken, cleanup });
      const watch = watchSession({
        ...{ supabase, sessionId },
        getAccessToken: () => Promise.resolve(accessToken),
      });
      cleanup.defer(() => watch.close());
      return watch;
    });
    const areLive = () => watches.every(({ state }) => state.connection.status === "live");
    await until(areLive, "all watchers to be live");
    await pause(SETTLE_MS);

    const arrivals: Arrival[] = [];
    cleanup.defer(() => void (realtime.faults = undefined));
    realtime.faults = (delivery) => {
      arrivals.push(toArrival(delivery));
      return "deliver";
    };
    const startedAt = performance.now();
    driver.send(toOrderText({ tokens, tokensPerSecond, stampEvery: 0 }));
    await until(() => hasAnswered(driver.state, 2), "the end of the answer");
    const seconds = (performance.now() - startedAt) / 1_000;
    const answer = answerOf(driver.state);
    const haveSeen = () => watches.every(({ state }) => answerOf(state) === answer);
    await until(haveSeen, "all watchers to have seen the whole answer");
    await pause(SETTLE_MS);

    // The one that listens to all was there before the watchers.
    const earId = Math.min(...arrivals.map(({ connectionId }) => connectionId));
    const traffic = toTraffic(arrivals, { watchers: watches.length, seconds, earId });
    const unasked = watches.length === 0 ? traffic.sent.chunks ?? 0 : 0;
    if (unasked > 0) throw new Error(`Nobody watches, and ${unasked} broadcasts of speech were sent`);
    return { tabs, observers, traffic };
  } finally {
    await cleanup.run();
  }
}

function openClient(
  { stack: { apiUrl, publishableKey } }: BenchWorld,
  { accessToken, cleanup }: { accessToken: string; cleanup: Cleanup },
): Client {
  const client = createClient<Database>(apiUrl, publishableKey, {
    accessToken: () => Promise.resolve(accessToken),
  });
  cleanup.defer(async () => void await client.removeAllChannels());
  return client;
}

/** Hears everything without asking for it, so that what nobody receives is counted too. */
async function listenToAll(
  client: Client,
  { sessionId, userId }: { sessionId: string; userId: string },
): Promise<void> {
  const { data, error } = await client.rpc("session_topics", { p_session_id: sessionId });
  if (error) throw new Error(`Cannot learn the topics of a session: ${error.message}`);
  const { topic, observersTopic } = data as { topic: string; observersTopic?: string };
  await client.realtime.setAuth();
  const topics = [topic, `user:${userId}`, ...(observersTopic ? [observersTopic] : [])];
  await Promise.all(topics.map((name) => {
    const channel = client.channel(name, { config: { private: true } });
    channel.on("broadcast", { event: "*" }, () => {});
    return new Promise<void>((resolve, reject) => {
      channel.subscribe((status, error) =>
        status === "SUBSCRIBED" ? resolve() : reject(error ?? new Error(`Cannot join ${name}: ${status}`))
      );
    });
  }));
}

function toUserId(accessToken: string): string {
  const claims = accessToken.split(".")[1] ?? "";
  return JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))).sub;
}

function toArrival({ connectionId, broadcast: { event, content } }: Delivery): Arrival {
  const bytes = content.encoding === "json"
    ? new TextEncoder().encode(content.text).length
    : content.bytes.length;
  return { atMs: performance.now(), connectionId, event, bytes };
}

type Conversation = Pick<SessionState, "messages" | "activeTurn" | "isAnswerExpected">;

function hasAnswered({ messages, activeTurn, isAnswerExpected }: Conversation, answers: number): boolean {
  const count = messages.filter(({ role }) => role === "assistant").length;
  const status = messages.at(-1)?.metadata?.status;
  return count === answers && activeTurn === null && !isAnswerExpected && status === "completed";
}

function answerOf({ messages }: Conversation): string {
  const answer = messages.findLast(({ role }) => role === "assistant");
  return answer ? textOf(answer) : "";
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await pause(LOOK_AGAIN_MS);
  }
}

function pause(afterMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, afterMs));
}
