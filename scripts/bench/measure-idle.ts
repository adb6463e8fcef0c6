/** What a session costs that nobody uses: one socket each, against a socket of the bare relay. */
import type { BenchWorld } from "./bench-world.ts";
import { type ChildProcess, startChild } from "./child-process.ts";
import type { LoadTarget } from "./load-job.ts";
import { readProcessUsage } from "./process-usage.ts";

export interface IdleFigures {
  sessions: number;
  /** Resident memory of the process for each session more, in bytes; `null` where the system does not tell. */
  bareBytes: number | null;
  parleyBytes: number | null;
}

/** The first sessions compile the code and fill the caches that all others share. */
export const WARM_UP_SESSIONS = 50;
/** Until the collector has been round. */
const SETTLE_MS = 3_000;

export async function measureIdle(world: BenchWorld, sessions: number): Promise<IdleFigures> {
  const { accessTokens } = world;
  // A process that has worked hides new sessions in memory it holds already.
  await world.untilDetached();
  await world.renew();
  const { bareRelay, worker } = world;
  return {
    sessions,
    bareBytes: await bytesEach({ kind: "bare", port: bareRelay.port }, {
      pid: bareRelay.process.pid,
      sessions,
    }),
    parleyBytes: await bytesEach({ kind: "parley", url: worker.url, accessTokens }, {
      pid: worker.pid,
      sessions,
    }),
  };
}

async function bytesEach(
  target: LoadTarget,
  { pid, sessions }: { pid: number; sessions: number },
): Promise<number | null> {
  await using _warm = await openIdle(target, WARM_UP_SESSIONS);
  const before = await readProcessUsage(pid);
  await using _client = await openIdle(target, sessions);
  const after = await readProcessUsage(pid);
  return before && after ? (after.rssBytes - before.rssBytes) / sessions : null;
}

async function openIdle(target: LoadTarget, sessions: number): Promise<ChildProcess> {
  const client = startChild("load-client.ts", { target, streams: sessions, order: null, rampMs: 0 });
  await client.read();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return client;
}
