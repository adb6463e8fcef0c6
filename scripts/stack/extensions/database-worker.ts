/** Keeps a piece of work running on a database, over restarts of the server. */

import postgres, { type Sql } from "postgres";
import { type Clock, systemClock } from "../functions/clock.ts";
import { createLatch, type Latch } from "./latch.ts";
import { mendPostgresClient } from "./mend-postgres-client.ts";

export interface DatabaseSession {
  readonly sql: Sql;
  /** Set by each notification, and once at the start. */
  readonly wake: Latch;
  /** Aborted when the connection is lost or the worker stops; `wake` is set then, too. */
  readonly signal: AbortSignal;
}

export interface DatabaseWorkerOptions {
  name: string;
  /** Of a superuser. */
  dbUrl: string;
  /** Notifications on it set `wake`. */
  channel: string;
  /** The second half of an advisory lock that makes the worker the only one of its kind. */
  lockId: number;
  /** Returns when `signal` is aborted; what it throws ends the connection, which is then made anew. */
  work: (session: DatabaseSession) => Promise<void>;
  log: (line: string) => void;
  clock?: Clock;
}

export interface DatabaseWorker {
  stop(): Promise<void>;
}

/** Shared by the workers of the stack, and known to the SQL that asks whether one is up. */
export const LOCK_CLASS = 1_886_218_610;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;
const LOCK_RETRY_MS = 500;
const CONNECT_TIMEOUT_SECONDS = 5;

/** Resolves when the first connection stands; rejects when it cannot be made. */
export async function startDatabaseWorker(options: DatabaseWorkerOptions): Promise<DatabaseWorker> {
  const { name, log, clock = systemClock } = options;
  mendPostgresClient();
  const stopping = new AbortController();
  let retryMs = FIRST_RETRY_MS;
  const first = Promise.withResolvers<void>();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await runSession(options, {
          stopping: stopping.signal,
          onReady() {
            retryMs = FIRST_RETRY_MS;
            first.resolve();
          },
        });
      } catch (error) {
        first.reject(error);
        if (!stopping.signal.aborted) log(`${name}: ${error instanceof Error ? error.message : error}`);
      }
      if (stopping.signal.aborted) return;
      await pause(retryMs, { clock, signal: stopping.signal });
      retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
    }
  }

  const running = run();
  async function stop(): Promise<void> {
    stopping.abort();
    await running;
  }
  await first.promise.catch(async (error) => {
    await stop();
    throw error;
  });
  return { stop };
}

async function runSession(
  options: DatabaseWorkerOptions,
  life: { stopping: AbortSignal; onReady: () => void },
): Promise<void> {
  const { name, dbUrl, channel, lockId, work, clock = systemClock } = options;
  const lost = new AbortController();
  const signal = AbortSignal.any([life.stopping, lost.signal]);
  const wake = createLatch();
  const sql = postgres(dbUrl, {
    max: 4,
    fetch_types: false, // a connection lost while it asks for them is an error that nobody can catch
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    max_lifetime: 0, // the lock lives as long as its connection
    onnotice: () => {},
    connection: { application_name: name },
    onclose: () => lost.abort(),
  });
  signal.addEventListener("abort", wake.set);
  try {
    await sql`select`; // without types to fetch, reserve() waits for a connection that only a query opens
    const lockHolder = await sql.reserve();
    for (;;) {
      const [row] =
        await lockHolder`select pg_try_advisory_lock(${LOCK_CLASS}::int, ${lockId}::int) as locked`;
      if (row?.locked || signal.aborted) break;
      await pause(LOCK_RETRY_MS, { clock, signal });
    }
    await sql.listen(channel, wake.set, wake.set);
    life.onReady();
    await work({ sql, wake, signal });
  } finally {
    await sql.end({ timeout: 0 });
  }
}

async function pause(delayMs: number, options: { clock: Clock; signal: AbortSignal }): Promise<void> {
  if (options.signal.aborted) return;
  const over = Promise.withResolvers<void>();
  const cancel = options.clock.setTimer(over.resolve, delayMs);
  options.signal.addEventListener("abort", () => over.resolve(), { once: true });
  await over.promise;
  cancel();
}
