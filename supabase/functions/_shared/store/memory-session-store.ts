/** One worker's session store on a memory database, with faults a test can inject. */
import { appendBatches } from "./memory/append-batches.ts";
import { detachConnection, openSession } from "./memory/attachments.ts";
import { claimSession } from "./memory/lease.ts";
import type { MemoryDatabase } from "./memory/memory-database.ts";
import { readLog } from "./memory/read-log.ts";
import { submitCommand } from "./memory/submit-command.ts";
import { type FaultOptions, runWithFault } from "./memory/run-with-fault.ts";
import type { SessionStore } from "./session-store.ts";
import { toStorable } from "./to-storable.ts";

export function createMemorySessionStore(
  database: MemoryDatabase,
  options: FaultOptions<keyof SessionStore> = {},
): SessionStore {
  return {
    openSession: (request) => runWithFault("openSession", options, () => openSession(database, request)),

    claimSession: (request) => runWithFault("claimSession", options, () => claimSession(database, request)),

    detachConnection: (request) =>
      runWithFault("detachConnection", options, () => detachConnection(database, request)),

    submitCommand: (request) =>
      runWithFault("submitCommand", options, () => submitCommand(database, toStorable(request))),

    append: (request) => runWithFault("append", options, () => appendBatches(database, toStorable(request))),

    readLog: (request) => runWithFault("readLog", options, () => readLog(database, request)),
  };
}
