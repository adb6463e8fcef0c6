/** Sends what `net.http_post()` and its sisters queue, after the transaction that queued it has committed. */

import { type DatabaseWorker, startDatabaseWorker } from "../extensions/database-worker.ts";
import { updateExtensions } from "../extensions/update-extensions.ts";
import { bypassProxyForLoopback } from "../functions/bypass-proxy.ts";
import { type Clock, systemClock } from "../functions/clock.ts";
import { type NetFaults, processBatch } from "./process-batch.ts";

export type { NetRequest } from "./net-request.ts";
export type { NetFaults } from "./process-batch.ts";

export interface NetWorkerOptions {
  /** Of the superuser. */
  dbUrl: string;
  log: (line: string) => void;
  fetch?: typeof fetch;
  clock?: Clock;
  faults?: NetFaults;
}

/** Known to `net._is_worker_up()`. */
const LOCK_ID = 1;
/** A batch waits this long after the one before, unless something new was queued. */
const PAUSE_MS = 1_000;

/** Also works before `create extension pg_net`, and goes on after a restart of Postgres. */
export function startNetWorker(options: NetWorkerOptions): Promise<DatabaseWorker> {
  const { dbUrl, log, clock = systemClock, faults = {} } = options;
  bypassProxyForLoopback();
  return startDatabaseWorker({
    name: "pg_net",
    dbUrl,
    log,
    clock,
    channel: "pg_net_wake",
    lockId: LOCK_ID,
    async work({ sql, wake, signal }) {
      // A database of a later release cannot go back, and still serves.
      await updateExtensions(sql).catch((error) => log(`Cannot update the extensions: ${error.message}`));
      const send = { fetch: options.fetch ?? fetch, clock, signal, faults };
      for (;;) {
        await wake.wait();
        while (!signal.aborted && await processBatch(sql, send) > 0) await wake.waitAtMost(PAUSE_MS, clock);
        if (signal.aborted) return;
      }
    },
  });
}
