/** [R11] A reader that does not read harms only itself, over real sockets with the system's buffers in between. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { type Chunk, type Cursor, type Frame, textOf } from "../../functions/_shared/protocol/mod.ts";
import { eventually } from "./testing/eventually.ts";
import { RawSocket } from "./testing/raw-socket.ts";
import { startVerboseProvider } from "./testing/start-verbose-provider.ts";
import { createSuite } from "./testing/suite.ts";
import type { Target } from "./testing/target.ts";
import { openAdmin, signUp } from "./testing/user.ts";
import { WireSocket } from "./testing/wire-socket.ts";

/** Garbage included; a worker has 256 MB in all. */
const MAX_GROWTH_BYTES = 100_000_000;
/** Together more than the buffers of the system on the way take in. */
const ANSWERS = 4;
const DELTAS = 250;

const provider = startVerboseProvider({ deltas: DELTAS, size: 8_000, pauseMs: 2 });
const suite = createSuite({
  embeddedOnly: true,
  functions: {
    env: { OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: "test-model" },
  },
});

function isEnd(chunk: Chunk): boolean {
  return chunk.type === "finish";
}

function endCount(frames: readonly Frame[]): number {
  return frames.flatMap((frame) => frame.type === "chunks" ? frame.chunks : []).filter(isEnd).length;
}

/** What a client holds that keeps only the seqs: the last one, and whether one was missing or came twice. */
function placesOf(frames: readonly Frame[]): { cursor: Cursor; faults: string[] } {
  const cursor = { epoch: 0, seq: 0 };
  const faults: string[] = [];
  for (const frame of frames) {
    if (frame.type !== "chunks" && frame.type !== "message") continue;
    const seqTo = frame.type === "chunks" ? frame.seq + frame.chunks.length - 1 : frame.seqTo ?? frame.seq;
    // A finished message may repeat the part of it that was held.
    if (frame.type === "chunks" ? frame.seq !== cursor.seq + 1 : seqTo <= cursor.seq) {
      faults.push(`${frame.type} ${frame.seq} after ${cursor.seq}`);
    }
    Object.assign(cursor, { epoch: frame.epoch, seq: seqTo });
  }
  return { cursor, faults };
}

const ALL_NUMBERS = Array.from({ length: DELTAS }, (_, index) => index);

function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

function workerOf(target: Target): { pid: number; port: number } {
  const worker = target.stack?.functions?.workers().find((worker) => worker.function === "session");
  if (!worker?.port) throw new Error("No worker listens");
  return { pid: worker.pid, port: worker.port };
}

/** Resident bytes; other systems than Linux do not tell. */
async function memoryOf(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return 0;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

suite.test("[R11] a frozen socket is closed 4413, the others get every token, and it comes back to all of it", async (target) => {
  const user = await signUp(target);
  const healthy = await new WireSocket(target, user).ready();
  const { sessionId } = healthy;
  const { pid, port } = workerOf(target);
  using frozen = await RawSocket.open({ port, sessionId, accessToken: user.accessToken });
  await frozen.readUntil(({ frames }) => frames.some(({ type }) => type === "session.ready"));
  const memoryBefore = await memoryOf(pid);

  for (let answer = 0; answer < ANSWERS; answer++) healthy.say(`Question ${answer}`);
  const admin = openAdmin(target);
  await eventually(async () => {
    const { data } = await admin.from("session_events").select("data").eq("session_id", sessionId)
      .contains("data", { kind: "disconnected", closeCode: 4413 });
    return data?.length === 1;
  }, "the frozen socket to be sent away");
  await healthy.until(
    () => healthy.texts.filter((text) => text.includes('"type":"finish"')).length === ANSWERS,
    "all answers",
    60_000,
  );
  const memoryAfter = await memoryOf(pid);

  assertEquals(healthy.closeEvent, null);
  assertEquals(placesOf(healthy.frames).faults, []);
  assertEquals(endCount(healthy.frames), ANSWERS);

  assertEquals(await frozen.readUntil(() => false), false);
  assertEquals(frozen.frames.at(-1), {
    type: "connection.closing",
    code: 4413,
    reason: "The client did not read fast enough",
  });
  const held = placesOf(frozen.frames);
  assertEquals(held.faults, []);
  await using back = await new WireSocket(target, { ...user, sessionId, after: held.cursor }).ready();
  const lastSeq = placesOf(healthy.frames).cursor.seq;
  await back.until(() => placesOf(back.frames).cursor.seq === lastSeq, "the rest");
  const rest = placesOf([...frozen.frames, ...back.frames]);
  assertEquals(rest.faults, []);
  const answers = back.framesOf("message").filter(({ message }) => message.role === "assistant");
  assert(answers.length > 0);
  for (const { message } of answers) assertEquals(numbersIn(textOf(message)), ALL_NUMBERS);
  assertLess(memoryAfter - memoryBefore, MAX_GROWTH_BYTES);
});

Deno.test({
  name: "the provider closes",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => await provider[Symbol.asyncDispose](),
});
suite.close();
