/** A process that reads many streams at once and measures them. Says `ready` when all are open, and the report at the end. */
import { reportLine } from "./child-line.ts";
import type { LoadJob, LoadReport } from "./load-job.ts";
import { type OpenStream, openStream } from "./open-stream.ts";
import { toOrderText } from "./order.ts";
import { ageOf, STAMPS, wallClock } from "./stamp.ts";

const DELTA = /"(?:delta|content)":" /g;
/** Streams count once all have begun and have got going; how they begin is told by their first tokens. */
const SETTLE_MS = 1_000;
/** So many streams are opened at the same time. */
const OPEN_AT_ONCE = 10;

async function openAll({ target, streams }: LoadJob): Promise<OpenStream[]> {
  const open: OpenStream[] = [];
  while (open.length < streams) {
    const count = Math.min(OPEN_AT_ONCE, streams - open.length);
    const group = Array.from({ length: count }, (_, index) => openStream(target, open.length + index));
    open.push(...await Promise.all(group));
  }
  return open;
}

async function run(job: LoadJob, open: OpenStream[]): Promise<LoadReport> {
  const { order, rampMs } = job;
  const latencies: number[] = [];
  const firstTokens: number[] = [];
  let tokens = 0;
  const startedAt = performance.now();

  async function read(stream: OpenStream, index: number): Promise<void> {
    if (!order) return;
    await new Promise((resolve) => setTimeout(resolve, (rampMs * index) / job.streams));
    const askedAt = performance.now();
    let isFirst = true;
    await stream.ask(toOrderText(order), (text) => {
      const count = text.match(DELTA)?.length ?? 0;
      if (count === 0) return;
      const now = performance.now();
      if (isFirst) firstTokens.push(now - askedAt);
      isFirst = false;
      tokens += count;
      if (now - startedAt < rampMs + SETTLE_MS) return;
      const nowMs = wallClock();
      for (const [, stamp] of text.matchAll(STAMPS)) latencies.push(ageOf(stamp!, nowMs));
    });
  }

  await Promise.all(open.map(read));
  return { tokens, latencies, firstTokens, seconds: (performance.now() - startedAt) / 1_000 };
}

const job = JSON.parse(Deno.args[0] ?? "{}") as LoadJob;
const open = await openAll(job);
reportLine("ready");
await Deno.stdin.read(new Uint8Array(1));
reportLine(await run(job, open));
// The sockets stay open until the parent has looked at what they cost.
await Deno.stdin.read(new Uint8Array(1));
Deno.exit(0);
