/** Access tokens: who holds none, a bad one, one that ends. */
import { assertEquals, assertMatch } from "@std/assert";
import { join, refusal } from "./testing/join-topic.ts";
import { createSuite, type World } from "./testing/suite.ts";
import type { Stack } from "../../../scripts/stack/stack.ts";

const suite = createSuite();
const PRIVATE = { private: true };

function say(event: string) {
  return { type: "broadcast" as const, event, payload: {} };
}

/** A token of someone who may do everything on the topic, that ends when it is told to. */
async function openShortLived(world: World & { stack: Stack }) {
  const userId = crypto.randomUUID();
  await world.access.allow({ topic: world.topic, userId });
  return (seconds: number, claims = {}) =>
    world.stack.tokens.sign({
      ...{ sub: userId, role: "authenticated", exp: Math.floor(Date.now() / 1000) + seconds },
      ...claims,
    });
}

suite.test("a token that is none is refused, and so is a forged one", async (world) => {
  const { accessToken } = await world.openUser();

  assertMatch(await refusal(world.open({ accessToken: "nonsense" }), world.topic), /^MalformedJWT/);
  assertMatch(
    await refusal(world.open({ accessToken: `${accessToken.slice(0, -6)}AAAAAA` }), world.topic),
    /^JwtSignatureError/,
  );
});

suite.test("an unknown API key opens no connection", async (world) => {
  const client = world.open({ key: "sb_publishable_unknown" });

  await refusal(client, world.topic);

  assertEquals(client.realtime.isConnected(), false);
});

suite.test("the secret key joins any private topic", async (world) => {
  await join(world.open({ key: world.secretKey }), world.topic, PRIVATE);
});

suite.testEmbedded("an expired token is refused", async (world) => {
  const sign = await openShortLived(world);

  const reason = await refusal(world.open({ accessToken: await sign(-10) }), world.topic, PRIVATE);

  assertMatch(reason, /^InvalidJWTToken: Token has expired \d+ seconds ago$/);
});

suite.testEmbedded("a token of a role that is no API role is refused", async (world) => {
  const sign = await openShortLived(world);
  const accessToken = await sign(60, { role: "supabase_admin" });

  assertMatch(await refusal(world.open({ accessToken }), world.topic, PRIVATE), /^InvalidJWTToken/);
});

suite.testEmbedded("a channel whose token ends without a fresh one is told so and closed", async (world) => {
  const sign = await openShortLived(world);
  const client = world.open({ accessToken: await sign(2) });

  const { system, statuses } = await join(client, world.topic, PRIVATE);

  const { extension, status, message } = await system.next();
  assertEquals([extension, status], ["system", "error"]);
  assertMatch(message, /^Token has expired \d+ seconds ago$/);
  assertEquals((await statuses.next()).status, "CLOSED");
});

suite.testEmbedded("a fresh token keeps the channel open beyond the end of the first", async (world) => {
  const sign = await openShortLived(world);
  const expiring = await join(world.open({ accessToken: await sign(3) }), world.topic, PRIVATE);
  const client = world.open();
  await client.realtime.setAuth(await sign(3));
  const { received } = await join(client, world.topic, PRIVATE);
  const sender = await join(world.open({ accessToken: await sign(60) }), world.topic, PRIVATE);

  await client.realtime.setAuth(await sign(60));
  await expiring.statuses.until(({ status }) => status === "CLOSED");
  await sender.channel.send(say("after"));

  assertEquals((await received.next()).event, "after");
});

suite.testEmbedded(
  "[K19] a fresh token is judged anew: who lost the topic is told so and closed",
  async (world) => {
    const sign = await openShortLived(world);
    const client = world.open();
    await client.realtime.setAuth(await sign(60));
    const { system, statuses } = await join(client, world.topic, PRIVATE);

    await world.access.revoke(world.topic);
    await client.realtime.setAuth(await sign(120));

    assertEquals(
      (await system.next()).message,
      `You do not have permissions to read from this Channel topic: ${world.topic}`,
    );
    assertEquals((await statuses.next()).status, "CLOSED");
  },
);

suite.close();
