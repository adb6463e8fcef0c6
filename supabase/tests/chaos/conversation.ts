/** One session from its first socket to its summary: several tabs of one user, who talk, stop, approve, reload and leave. */
import { textOf } from "../../functions/_shared/protocol/mod.ts";
import type { TestUser } from "../e2e/testing/user.ts";
import type { ChaosWorld } from "./chaos-world.ts";
import { readTurnFacts } from "./checks/read-turn-facts.ts";
import { checkEnding } from "./checks/check-ending.ts";
import { checkSession } from "./checks/check-session.ts";
import { holdsWithin, pause, persist } from "./patience.ts";
import { choosePrompt, type Prompt } from "./prompts.ts";
import type { Random } from "./random.ts";
import { ChannelWatcher } from "./watchers/channel-watcher.ts";
import { SocketWatcher } from "./watchers/socket-watcher.ts";

/** Every fault is over within seconds, but many may hit one answer; one that needs this long will never come. */
const PATIENCE_MS = 300_000;
/** An answer that has been hit often, or a machine that cannot keep up. */
const SLOW_MS = 60_000;

/** A message that was sent, and what it should lead to. */
export interface Sent {
  id: string;
  prompt: Prompt;
  watcher: string;
  /** Another tab sent it, too, and may have been faster. */
  isDoubled: boolean;
  approvalsGiven: number;
}

export interface Conversation {
  sessionId: string;
  user: TestUser;
  tabs: SocketWatcher[];
  /** Those who watch without a socket. */
  audience: ChannelWatcher[];
  sent: Sent[];
}

export async function converse(
  world: ChaosWorld,
  { user, guest, random, isOver }: { user: TestUser; guest: TestUser; random: Random; isOver(): boolean },
): Promise<void> {
  const sessionId = crypto.randomUUID();
  const tabs = Array.from({ length: random.pick([1, 1, 1, 2, 2, 3]) }, (_, index) =>
    new SocketWatcher({
      name: `tab ${index}`,
      apiUrl: world.wire.url,
      sessionId,
      accessToken: user.accessToken,
    }));
  const conversation: Conversation = { sessionId, user, tabs, audience: [], sent: [] };
  world.tally.count("sessions");
  world.tally.count("tabs", tabs.length);

  for (let turns = 4 + random.below(14); turns > 0 && !isOver(); turns--) {
    await takeTurn(world, { conversation, random });
    if (random.chance(0.15)) random.pick(tabs).reload();
    await gatherAudience(world, { conversation, guest, random });
    await pause(random.below(300));
  }
  await checkSession(world, conversation);
  await leave(world, { conversation, random });
  await checkEnding(world, conversation);
}

/** At most one more tab of the owner and one observer; they come in the middle, and lose their memory like tabs do. */
async function gatherAudience(
  { target, tally }: ChaosWorld,
  { conversation, guest, random }: { conversation: Conversation; guest: TestUser; random: Random },
): Promise<void> {
  const { audience, sessionId, user: owner } = conversation;
  const [isComing, isGuest, isReloading] = [random.chance(0.3), random.chance(0.5), random.chance(0.1)];
  if (isReloading) audience[0]?.reload();
  if (!isComing || audience.some(({ name }) => name === (isGuest ? "observer" : "channel"))) return;
  audience.push(await ChannelWatcher.open(target, { sessionId, owner, viewer: isGuest ? guest : owner }));
  tally.count("watchers without a socket");
}

async function takeTurn(
  world: ChaosWorld,
  { conversation, random }: { conversation: Conversation; random: Random },
): Promise<void> {
  const { tabs } = conversation;
  const isDouble = random.chance(0.15);
  const said: Sent[] = [];
  for (let count = isDouble ? 2 : 1; count > 0; count--) {
    const prompt = choosePrompt(random, createOrderId);
    if (prompt.kind === "cancel") await addOrder(world, { user: conversation.user, orderId: prompt.orderId });
    const tab = random.pick(tabs);
    const id = tab.session.send(prompt.text);
    const isDoubled = random.chance(0.1);
    if (isDoubled) {
      // The same command from another tab, as when a user's click was taken for lost.
      random.pick(tabs).session.send(prompt.text, { id });
      world.tally.count("commands sent twice");
    }
    const sent = { id, prompt, watcher: tab.name, isDoubled, approvalsGiven: 0 };
    conversation.sent.push(sent);
    said.push(sent);
  }
  for (const sent of said) await seeThrough(world, { conversation, sent, random });
}

/** Does what the user does about an answer, until it has ended. */
async function seeThrough(
  { tally, sql }: ChaosWorld,
  { conversation, sent, random }: { conversation: Conversation; sent: Sent; random: Random },
): Promise<void> {
  const { prompt, id } = sent;
  const tab = () => conversation.tabs.find(({ name }) => name === sent.watcher)!;
  const answer = () => tab().messages().find(({ metadata }) => metadata?.replyTo === id);
  const status = () => answer()?.metadata?.status;
  const isOver = () => status() !== undefined && status() !== "running" && status() !== "queued";
  let isStopped = false;
  const askedAt = Date.now();
  const stopAfter = 20 + random.below(400);

  const isDone = await holdsWithin(PATIENCE_MS, () => {
    const { session } = tab();
    tab().hurry();
    if (prompt.kind === "stop" && !isStopped && textOf(answer() ?? NOTHING).length > stopAfter) {
      isStopped = true;
      const turnId = answer()?.metadata?.turnId;
      session.cancel(turnId === undefined ? {} : { turnId });
    }
    if (status() !== "waiting") return isOver();
    if (prompt.kind !== "cancel" || prompt.decision === "ignore") return true;
    const open = session.state.openApprovals.find(({ messageId }) => messageId === answer()?.id);
    if (!open) return false;
    const approved = prompt.decision === "approve";
    if (approved) sent.approvalsGiven++;
    session.approve(open.approvalId, { approved });
    return false;
  });
  tally.count("turns");
  tally.count(`answers ${status() ?? "missing"}`);
  if (Date.now() - askedAt > SLOW_MS) tally.count("answers that took more than a minute");
  if (isDone) return;
  const { connection, pending, activeTurn } = tab().session.state;
  const facts = await persist(() =>
    readTurnFacts(sql, { sessionId: conversation.sessionId, turnId: activeTurn?.turnId })
  );
  tally.harm(
    "stuck",
    `${sent.watcher} of ${conversation.sessionId}: "${prompt.text}" (${id}) is ${status()}; ` +
      JSON.stringify({ connection, activeTurn, pending: pending.length, ...facts }),
  );
}

const NOTHING = { id: "", role: "assistant", parts: [] } as const satisfies Parameters<typeof textOf>[0];

/** By command, by closing every tab, or by vanishing. */
async function leave(
  world: ChaosWorld,
  { conversation, random }: { conversation: Conversation; random: Random },
): Promise<void> {
  const { tabs, sessionId } = conversation;
  const way = random.pick(["end", "close", "vanish"] as const);
  world.tally.count(`sessions left by ${way}`);
  if (way === "end") {
    tabs[0]?.session.end();
    const isEnded = await holdsWithin(PATIENCE_MS, () => {
      tabs[0]?.hurry();
      return tabs[0]?.session.state.connection.status === "stopped";
    });
    const state = JSON.stringify(tabs[0]?.session.state.connection);
    if (!isEnded) world.tally.harm("stuck", `session ${sessionId} does not end: ${state}`);
  }
  for (const watcher of conversation.audience) watcher.detach();
  for (const { session } of tabs) {
    if (way === "close") session.close();
    else session.detach();
  }
}

function createOrderId(): string {
  return `ORD-C${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
}

async function addOrder(
  { sql }: ChaosWorld,
  { user, orderId }: { user: TestUser; orderId: string },
): Promise<void> {
  await persist(async () => {
    await sql`
      insert into public.orders (owner, order_id, status, item, eta_days)
      values (${user.userId}, ${orderId}, 'PROCESSING', 'Something', 3)
      on conflict do nothing`;
  });
}
