/** What the tables and the log take up between two moments, and what is left after trimming. */
import type { DatabaseMeter, DatabaseReading } from "./database-meter.ts";

export type TableReading = DatabaseReading & { tableBytesTrimmed: number };

export interface TableMeasurement {
  start(): Promise<void>;
  stop(): Promise<TableReading>;
}

export async function measureTables(database: DatabaseMeter): Promise<TableMeasurement> {
  const { sql } = database;
  await trim();
  // Before the warm-up, so that whole pages are in the log already when what tokens cost is counted.
  await database.checkpoint();
  let before: DatabaseReading;

  async function trim(): Promise<void> {
    const [setting] = await sql`select value from private.settings where name = 'buffer_keep_ms'`;
    await sql`update private.settings set value = 0 where name = 'buffer_keep_ms'`;
    await sql`select private.trim_stream_buffer()`;
    await sql`update private.settings set value = ${setting!.value} where name = 'buffer_keep_ms'`;
    await sql`vacuum`;
  }

  return {
    async start() {
      await database.settle();
      before = await database.read();
    },
    async stop() {
      const { walBytes, tableBytes } = await database.read();
      await database.settle();
      const after = { ...await database.read(), walBytes, tableBytes };
      await trim();
      const trimmed = await database.read();
      return {
        walBytes: after.walBytes - before.walBytes,
        walPageImages: after.walPageImages - before.walPageImages,
        rows: after.rows - before.rows,
        updatesInPlace: after.updatesInPlace - before.updatesInPlace,
        appendCalls: after.appendCalls - before.appendCalls,
        tableBytes: after.tableBytes - before.tableBytes,
        tableBytesTrimmed: trimmed.tableBytes - before.tableBytes,
      };
    },
  };
}
