/** What `config.broadcast.replay` asks for: the last broadcasts that the database sent to a private topic. */

import type { ConnectionPool } from "../../lite/connection-pool.ts";
import type { Broadcast } from "../wire/message.ts";
import { MESSAGE_COLUMNS, type MessageRow, toStoredMessage } from "./stored-message.ts";

export interface ReplayRequest {
  /** In milliseconds since 1970. */
  readonly since: number;
  readonly limit: number;
}

export const MAX_REPLAY = 25;

/** The latest ones, oldest first. */
export async function readReplay(
  pool: ConnectionPool,
  { topic, since, limit }: ReplayRequest & { topic: string },
): Promise<Broadcast[]> {
  const connection = await pool.lend();
  try {
    const { rows } = await connection.query(
      `select ${MESSAGE_COLUMNS} from realtime.messages
       where topic = $1 and private and extension = 'broadcast'
         and inserted_at >= $2::timestamp and inserted_at < now() + interval '1 minute'
       order by inserted_at desc limit ${Math.max(1, Math.min(limit, MAX_REPLAY))}`,
      [topic, new Date(since).toISOString()],
    );
    return rows.reverse().flatMap((row) => {
      const message = toStoredMessage(row as unknown as MessageRow);
      if (!message) return [];
      const { broadcast } = message;
      return { ...broadcast, meta: { replayed: true, ...broadcast.meta } };
    });
  } finally {
    connection.release();
  }
}
