/** Hands on every broadcast that is written to `realtime.messages`, in the order of the commits. */

import type { Sql } from "postgres";
import { type DatabaseWorker, startDatabaseWorker } from "../../extensions/database-worker.ts";
import type { Clock } from "../../functions/clock.ts";
import { createPartitions } from "./create-partitions.ts";
import { MESSAGE_COLUMNS, type MessageRow, type StoredMessage, toStoredMessage } from "./stored-message.ts";

export interface FollowMessagesOptions {
  /** Of the superuser. */
  dbUrl: string;
  onMessage: (message: StoredMessage) => void;
  /** True when from now on nothing is missed; false when the connection was lost. */
  onChange: (isFollowing: boolean) => void;
  clock: Clock;
  log: (line: string) => void;
}

const LOCK_ID = 4;
const CHANNEL = "realtime_messages";
const PARTITIONS_EVERY_MS = 60 * 60 * 1000;

/**
 * Goes on after a restart of Postgres, with what is written then: like the platform, whose replication slot is
 * temporary, it does not look back.
 */
export function followMessages(options: FollowMessagesOptions): Promise<DatabaseWorker> {
  const { dbUrl, onMessage, onChange, clock, log } = options;
  return startDatabaseWorker({
    name: "Realtime",
    channel: CHANNEL,
    lockId: LOCK_ID,
    ...{ dbUrl, clock, log },
    async work({ sql, wake, signal }) {
      const ids: string[] = [];
      let partitionsAt = -Infinity;
      let cancelAlarm = () => {};

      async function keepPartitions(): Promise<void> {
        if (clock.now() - partitionsAt < PARTITIONS_EVERY_MS) return;
        await createPartitions(sql, { now: clock.date() });
        partitionsAt = clock.now();
        cancelAlarm = clock.setTimer(wake.set, PARTITIONS_EVERY_MS);
      }

      try {
        await keepPartitions();
        await sql.listen(CHANNEL, (id) => {
          ids.push(id);
          wake.set();
        });
        onChange(true);
        while (!signal.aborted) {
          for (const message of await readMessages(sql, ids.splice(0))) onMessage(message);
          await keepPartitions();
          await wake.wait();
        }
      } finally {
        onChange(false);
        cancelAlarm();
      }
    },
  });
}

async function readMessages(sql: Sql, ids: string[]): Promise<StoredMessage[]> {
  if (ids.length === 0) return [];
  const rows = await sql.unsafe<MessageRow[]>(
    `select ${MESSAGE_COLUMNS} from realtime.messages
     where id = any (select jsonb_array_elements_text($1::text::jsonb)::uuid)`,
    [JSON.stringify(ids)],
    { prepare: true },
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? toStoredMessage(row) ?? [] : [];
  });
}
