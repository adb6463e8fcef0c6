/** Many streams at once: the provider read directly, through the bare relay, and through Parley. */
import type { BenchWorld } from "./bench-world.ts";
import type { LoadReport, LoadTarget } from "./load-job.ts";
import { median, percentile, perThousand } from "./statistics.ts";
import { measureBareWrites } from "./measure-bare-writes.ts";
import { measureTables, type TableReading } from "./measure-tables.ts";
import type { Order } from "./order.ts";
import { type ProcessUsage, readProcessUsage } from "./process-usage.ts";
import { startChild } from "./child-process.ts";

export interface StreamPlan {
  streams: number;
  tokens: number;
  tokensPerSecond: number;
}

/** Milliseconds; tokens per processor second where the system tells. */
export interface PathFigures {
  latencyP50: number;
  latencyP99: number;
  firstToken: number;
  tokensPerCpuSecond: number | null;
}

export interface StorageFigures {
  bareWalBytesPerToken: number;
  walBytesPerToken: number;
  walPageImages: number;
  rowsPerThousand: number;
  updatesInPlacePerThousand: number;
  callsPerThousand: number;
  growthPerThousand: number;
  growthAfterTrimmingPerThousand: number;
}

export interface StreamFigures extends StreamPlan {
  provider: PathFigures;
  bare: PathFigures;
  parley: PathFigures;
  storage: StorageFigures;
}

const RAMP_MS = 2_000;
/** How often Parley stores what was said, and so the bare writes. */
const FLUSH_MS = 100;
/** A few streams give too few samples unless each token is one. */
const STAMP_ALL_BELOW = 10;
const STAMP_EVERY = 5;
/** What a fresh process does for the first time takes several times as long. */
const WARM_UP: Order = { tokens: 100, tokensPerSecond: 0, stampEvery: 0 };

export async function measureStreams(world: BenchWorld, plan: StreamPlan): Promise<StreamFigures> {
  const { providerUrl, bareRelay, worker, accessTokens, database } = world;
  await world.untilDetached();
  const provider = await measurePath(plan, { kind: "provider", baseUrl: providerUrl });
  const bare = await measurePath(plan, { kind: "bare", port: bareRelay.port }, {
    pid: bareRelay.process.pid,
  });
  const bareWalBytesPerToken = await measureBareWrites(database, {
    streams: plan.streams,
    tokensPerFlush: Math.max(1, Math.round((plan.tokensPerSecond * FLUSH_MS) / 1_000)),
  });
  const tables = await measureTables(database);
  const parley = await measurePath(plan, { kind: "parley", url: worker.url, accessTokens }, {
    pid: worker.pid,
    afterWarmUp: world.untilDetached,
    beforeStart: tables.start,
  });
  const storage = {
    bareWalBytesPerToken,
    ...toStorageFigures(await tables.stop(), parley.report.tokens),
  };
  return { ...plan, provider: provider.figures, bare: bare.figures, parley: parley.figures, storage };
}

async function measurePath(
  { streams, tokens, tokensPerSecond }: StreamPlan,
  target: LoadTarget,
  { pid, afterWarmUp, beforeStart }: {
    pid?: number;
    afterWarmUp?: () => Promise<void>;
    beforeStart?: () => Promise<void>;
  } = {},
): Promise<{ figures: PathFigures; report: LoadReport }> {
  const order: Order = { tokens, tokensPerSecond, stampEvery: streams < STAMP_ALL_BELOW ? 1 : STAMP_EVERY };
  await warmUp(target);
  await afterWarmUp?.();
  await using client = startChild("load-client.ts", {
    ...{ target, streams, order },
    rampMs: streams === 1 ? 0 : RAMP_MS,
  });
  await client.read();
  await beforeStart?.();
  const before = await usageOf(pid);
  await client.proceed();
  const report = await client.read<LoadReport>();
  const after = await usageOf(pid);
  const cpuSeconds = before && after ? after.cpuSeconds - before.cpuSeconds : null;
  const figures = {
    latencyP50: median(report.latencies),
    latencyP99: percentile(report.latencies, 0.99),
    firstToken: median(report.firstTokens),
    tokensPerCpuSecond: cpuSeconds ? report.tokens / cpuSeconds : null,
  };
  return { figures, report };
}

async function warmUp(target: LoadTarget): Promise<void> {
  await using client = startChild("load-client.ts", { target, streams: 4, order: WARM_UP, rampMs: 400 });
  await client.read();
  await client.proceed();
  await client.read();
}

async function usageOf(pid: number | undefined): Promise<ProcessUsage | null> {
  return pid === undefined ? null : await readProcessUsage(pid);
}

function toStorageFigures(
  counted: TableReading,
  tokens: number,
): Omit<StorageFigures, "bareWalBytesPerToken"> {
  const each = (count: number) => perThousand(count, tokens);
  return {
    walBytesPerToken: counted.walBytes / tokens,
    walPageImages: counted.walPageImages,
    rowsPerThousand: each(counted.rows),
    updatesInPlacePerThousand: each(counted.updatesInPlace),
    callsPerThousand: each(counted.appendCalls),
    growthPerThousand: each(counted.tableBytes),
    growthAfterTrimmingPerThousand: each(counted.tableBytesTrimmed),
  };
}
