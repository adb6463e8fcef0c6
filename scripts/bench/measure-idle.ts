/** What a session costs that nobody uses: one socket each, against a socket of the bare relay. */
import { createCleanup } from "../stack/cleanup.ts";
import type { BenchWorld } from "./bench-world.ts";
import { type ChildProcess, startChild } from "./child-process.ts";
import type { LoadTarget } from "./load-job.ts";
import { readProcessUsage } from "./process-usage.ts";

export interface IdleFigures {
  sessions: number;
  /** So many were open before. */
  after: number;
  /** Resident memory of the process for each session more, in bytes; `null` where the system does not tell. */
  bareBytes: number | null;
  parleyBytes: number | null;
}

/** The first sessions compile the code and fill the caches that all others share. */
export const WARM_UP_SESSIONS = 50;
/** Once the collector has taken the room it works in, so many times as many sessions tell what one more costs. */
export const MORE_TIMES = 3;
/** Until the collector has been round. */
const SETTLE_MS = 3_000;

/** The first `sessions` of a fresh worker, and the many that come after them. */
export async function measureIdle(world: BenchWorld, sessions: number): Promise<IdleFigures[]> {
  const { accessTokens } = world;
  // A process that has worked hides new sessions in memory it holds already.
  await world.untilDetached();
  await world.renew();
  const { bareRelay, worker } = world;
  const groups = [sessions, sessions * MORE_TIMES];
  const bare = await bytesEach({ kind: "bare", port: bareRelay.port }, {
    pid: bareRelay.process.pid,
    groups,
  });
  const parley = await bytesEach({ kind: "parley", url: worker.url, accessTokens }, {
    pid: worker.pid,
    groups,
  });
  return groups.map((count, index) => ({
    sessions: count,
    after: index === 0 ? 0 : sessions,
    bareBytes: bare[index] ?? null,
    parleyBytes: parley[index] ?? null,
  }));
}

async function bytesEach(
  target: LoadTarget,
  { pid, groups }: { pid: number; groups: number[] },
): Promise<(number | null)[]> {
  const cleanup = createCleanup();
  const open = async (count: number) => {
    const client = await openIdle(target, count);
    cleanup.defer(() => client[Symbol.asyncDispose]());
  };
  try {
    await open(WARM_UP_SESSIONS);
    const figures: (number | null)[] = [];
    for (const sessions of groups) {
      const before = await readProcessUsage(pid);
      await open(sessions);
      const after = await readProcessUsage(pid);
      figures.push(before && after ? (after.rssBytes - before.rssBytes) / sessions : null);
    }
    return figures;
  } finally {
    await cleanup.run();
  }
}

async function openIdle(target: LoadTarget, sessions: number): Promise<ChildProcess> {
  const client = startChild("load-client.ts", { target, streams: sessions, order: null, rampMs: 0 });
  await client.read();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return client;
}
