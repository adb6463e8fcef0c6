/** Every kind of fault the scheduler may choose. */
import { dataApiOutage } from "./data-api-outage.ts";
import { dropSocket } from "./drop-socket.ts";
import type { Fault } from "./fault.ts";
import { killWorker } from "./kill-worker.ts";
import { restartPostgres } from "./restart-postgres.ts";
import { restartRealtime } from "./restart-realtime.ts";
import { retireWorker } from "./retire-worker.ts";

export const FAULTS: readonly Fault[] = [
  killWorker,
  retireWorker,
  dropSocket,
  dataApiOutage,
  restartPostgres,
  restartRealtime,
];
