/** What must hold once the small world has come to rest: R1 to R5, and that nothing is left hanging. */
import { reduceSessionState } from "../../../../web/src/client/reduce-session-state.ts";
import { createSessionModel, messagesOf } from "../../../../web/src/client/session-model.ts";
import {
  applyChunk,
  type Chunk,
  type Message,
  textOf,
  toDraft,
} from "../../../functions/_shared/protocol/mod.ts";
import { createMemorySessionStore } from "../../../functions/_shared/store/memory-session-store.ts";
import { toLogFrames } from "../../../functions/_shared/session/to-log-frames.ts";
import { type MemorySession, messageOf } from "../../../functions/_shared/store/memory/memory-database.ts";
import { SESSION, type SmallWorld } from "./small-world.ts";
import { expectedAnswer, expectedOpening } from "./world-model.ts";
import type { WorldClient } from "./world-client.ts";

const SETTLE_STEP_MS = 5_000;
const SETTLE_STEPS = 40;

/** Lets the world come to rest without further trouble. False when it does not. */
export async function settle(world: SmallWorld): Promise<boolean> {
  world.calm();
  for (let step = 0; step < SETTLE_STEPS; step++) {
    await world.time.advance(SETTLE_STEP_MS);
    world.sweep();
    // A command that came too late for a session's end waits until somebody opens the session again.
    for (const { session } of world.clients) if (session.state.pending.length > 0) session.reconnect();
    if (step >= 3 && isAtRest(world)) return true;
  }
  return false;
}

function isAtRest(world: SmallWorld): boolean {
  const session = world.database.sessions.get(SESSION);
  if (!session) return false;
  const isOpen = [...session.turns.values()].some(({ status }) =>
    status === "queued" || status === "running"
  );
  return !isOpen && session.commands.every(({ isSettled }) => isSettled) &&
    world.clients.every(({ session: { state } }) =>
      (state.connection.status === "live" || state.connection.status === "stopped") &&
      state.pending.length === 0
    );
}

/** Everything that is wrong, in words. */
export async function findFaults(world: SmallWorld): Promise<string[]> {
  const session = world.database.sessions.get(SESSION);
  if (!session) return ["there is no session"];
  return [
    ...findRestlessness(world, session),
    ...findDisorder(session),
    ...await findDifferences(world, session),
    ...findRepetitions(world, session),
    ...findWrongAnswers(session),
    ...findToolFaults(world, session),
    ...world.clients.flatMap(({ violations }, index) => violations.map((text) => `client ${index}: ${text}`)),
    ...findHalfTold(world),
  ];
}

function findRestlessness(world: SmallWorld, session: MemorySession): string[] {
  const turns = [...session.turns.values()].filter(({ status }) =>
    status === "queued" || status === "running"
  );
  const commands = session.commands.filter(({ isSettled }) => !isSettled);
  return [
    ...turns.map(({ turnId, status }) => `turn ${turnId} is ${status} for ever`),
    ...commands.map(({ command }) => `command ${command.type} ${command.id} is never settled`),
    ...world.clients.flatMap(({ session: { state } }, index) =>
      state.connection.status === "stopped"
        ? []
        : state.pending.map(({ command, isAccepted }) =>
          `client ${index} waits for ${command.type} ${command.id} (accepted: ${isAccepted})`
        )
    ),
    ...world.clients.flatMap(({ session: { state } }, index) => {
      const { connection } = state;
      const isSettled = connection.status === "live" ||
        (connection.status === "stopped" && connection.code === 4410);
      return isSettled ? [] : [`client ${index} is ${JSON.stringify(connection)}`];
    }),
  ];
}

/** What the plain profile promises: each start has its done, with the same words. */
function findHalfTold({ ear }: SmallWorld): string[] {
  if (!ear) return [];
  const faults = ear.open === null ? ear.violations : [...ear.violations, `"${ear.open}" has no end`];
  return faults.map((text) => `plain: ${text}`);
}

/** R1, R2: every seq was committed exactly once. */
function findDisorder(session: MemorySession): string[] {
  const counts = new Map<number, number>();
  const count = (from: number, to: number) => {
    for (let seq = from; seq <= to; seq++) counts.set(seq, (counts.get(seq) ?? 0) + 1);
  };
  for (const { seqFrom, seqTo } of session.buffer) count(seqFrom, seqTo);
  for (const { eventType, seq } of session.events) {
    if (eventType === "user_message" && seq !== null) count(seq, seq);
  }
  const faults: string[] = [];
  for (let seq = 1; seq <= session.lease.lastSeq; seq++) {
    if (counts.get(seq) !== 1) faults.push(`[R2] seq ${seq} was committed ${counts.get(seq) ?? 0} times`);
  }
  return faults;
}

/** R3: every client ends with the log, and the log with what its own chunks say. */
async function findDifferences(world: SmallWorld, session: MemorySession): Promise<string[]> {
  const log = await readAsClient(world);
  const faults = log.flatMap(({ id, metadata: { status } = {} }) =>
    status === "running" || status === "queued"
      ? [`[R2] answer ${id} is "${status}" for ever to its readers`]
      : []
  );
  world.clients.forEach(({ session: { state } }, index) => {
    const held = toText(state.messages);
    // A client that was told of the end may leave before the last words; it gets them when it returns.
    if (state.connection.status !== "live") return;
    if (held !== toText(log)) {
      faults.push(`[R3] client ${index} holds ${summarise(state.messages)}, the log ${summarise(log)}`);
    }
  });
  for (const message of log) {
    if (message.role !== "assistant" || message.metadata?.status === undefined) continue;
    const said = textOf(fold(session, message.id));
    if (said !== textOf(message)) {
      faults.push(`[R3] message ${message.id} says "${textOf(message)}", its chunks "${said}"`);
    }
  }
  return faults;
}

async function readAsClient(world: SmallWorld): Promise<readonly Message[]> {
  const store = createMemorySessionStore(world.database);
  let model = createSessionModel(SESSION);
  for (let afterSeq: number | null = 0; afterSeq !== null;) {
    const page = await store.readLog({ sessionId: SESSION, afterSeq });
    for (const { frame } of toLogFrames(page, afterSeq)) model = reduceSessionState(model, frame).model;
    afterSeq = page.nextSeq;
  }
  return messagesOf(model);
}

function fold(session: MemorySession, messageId: string): Message {
  const chunks = session.buffer
    .filter(({ turnId }) => session.turns.get(turnId)?.messageId === messageId)
    .toSorted((left, right) => left.seqFrom - right.seqFrom)
    .flatMap((row): Chunk[] => row.chunks);
  return chunks.reduce(applyChunk, toDraft({ id: messageId, role: "assistant", parts: [] })).message;
}

/** R5: what was asked for happened once, and nothing that was accepted is missing. */
function findRepetitions(world: SmallWorld, session: MemorySession): string[] {
  const said = session.events.filter(({ eventType }) => eventType === "user_message")
    .map((event) => messageOf(event)?.id ?? "");
  const faults = said.filter((id, index) => said.indexOf(id) !== index).map((id) =>
    `[R5] message ${id} twice`
  );
  const answered = [...session.turns.values()].map(({ userSeq }) => userSeq);
  const regenerated =
    session.commands.filter(({ command, refusal }) =>
      command.type === "message.regenerate" && refusal === null
    ).length;
  if (answered.length - new Set(answered).size > regenerated) {
    faults.push("[R5] a message was answered twice");
  }

  const requested = world.clients.flatMap((client) =>
    client.submitted.map((command) => ({ client, command }))
  );
  for (const { client, command } of requested) {
    if (command.type !== "message.create" || said.includes(command.id)) continue;
    if (!isExcused(session, client, command.id)) faults.push(`[R5] message ${command.id} is lost`);
  }
  return faults;
}

/** Refused, or never sent: its tab was closed first. */
function isExcused(session: MemorySession, client: WorldClient, commandId: string): boolean {
  const known = session.commands.find(({ command }) => command.id === commandId);
  if (known) return known.refusal !== null;
  return !client.accepted.has(commandId) &&
    !client.session.state.pending.some(({ command }) => command.id === commandId);
}

function findWrongAnswers(session: MemorySession): string[] {
  const finished = session.events.filter(({ eventType }) => eventType === "assistant_message");
  const latest = new Map(finished.map((event) => [messageOf(event)!.id, messageOf(event)!]));
  return [...latest.values()].flatMap((message) => {
    const asked = session.events.map(messageOf).find((other) => other?.id === message.metadata?.replyTo);
    if (!asked) return [`message ${message.id} answers nothing`];
    const whole = expectedAnswer(textOf(asked));
    const text = textOf(message);
    const isDenied = message.parts.some((part) => "state" in part && part.state === "output-denied");
    const isWhole = text === whole || (isDenied && text === expectedOpening(textOf(asked)));
    const { status } = message.metadata ?? {};
    if (status === "completed" ? isWhole : whole.startsWith(text)) return [];
    return [`the ${status} answer to "${textOf(asked)}" is "${text}"`];
  });
}

/** K12: nothing that may run once ran twice, and nothing was cancelled or ordered without a yes. */
function findToolFaults(world: SmallWorld, session: MemorySession): string[] {
  const { executions, effects } = world.tools;
  const repeated = [...executions].filter(([key, count]) => /^(pay|order):/.test(key) && count > 1);
  const acted = effects.size + [...executions.keys()].filter((key) => key.startsWith("order:")).length;
  const approved =
    session.buffer.flatMap((row) => row.chunks).filter((chunk) =>
      chunk.type === "tool-approval-response" && chunk.approved
    ).length;
  return [
    ...repeated.map(([key, count]) => `[K12] ${key} ran ${count} times`),
    ...(acted > approved ? [`[K12] ${acted} tools with an approval acted, of ${approved} approvals`] : []),
  ];
}

/** JSON with sorted keys: equal values give equal texts. */
function toText(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => left < right ? -1 : 1))
        : inner,
  );
}

function summarise(messages: readonly Message[]): string {
  return JSON.stringify(
    messages.map((message) => `${message.role}:${message.metadata?.status ?? ""}:${textOf(message)}`),
  );
}
