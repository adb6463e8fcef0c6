/** Counts what the database writes: WAL, rows and calls, and how much the tables hold. */
import postgres from "postgres";

export interface DatabaseReading {
  walBytes: number;
  /** Whole pages that the WAL holds because a checkpoint came before; they have nothing to do with tokens. */
  walPageImages: number;
  rows: number;
  updatesInPlace: number;
  appendCalls: number;
  tableBytes: number;
}

export interface DatabaseMeter extends AsyncDisposable {
  readonly sql: postgres.Sql;
  read(): Promise<DatabaseReading>;
  /** Waits until the counts of rows and calls are complete; the log and the tables need no waiting. */
  settle(): Promise<void>;
  /** Writes a checkpoint, so that none comes while something is measured. */
  checkpoint(): Promise<void>;
}

/** A connection that falls idle reports its counts after ten seconds at the latest. */
const COUNTED_WITHIN_MS = 10_500;

/** `url` is the superuser's. */
export async function openDatabaseMeter(url: string): Promise<DatabaseMeter> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql`alter system set track_functions = 'pl'`;
  await sql`alter system set checkpoint_timeout = '1h'`;
  // New tables are analysed at once, which writes as much as the tokens of some seconds.
  await sql`alter system set autovacuum = off`;
  await sql`select pg_reload_conf()`;

  async function read(): Promise<DatabaseReading> {
    const [row] = await sql`
      select
        (select pg_current_wal_lsn() - '0/0'::pg_lsn)::float8 as wal_bytes,
        (select wal_fpi from pg_stat_wal)::float8 as wal_page_images,
        (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables
          where schemaname in ('public', 'private'))::float8 as rows,
        (select sum(n_tup_hot_upd) from pg_stat_user_tables
          where schemaname in ('public', 'private'))::float8 as updates_in_place,
        coalesce((select sum(calls) from pg_stat_user_functions
          where schemaname = 'private' and funcname = 'append_together'), 0)::float8 as append_calls,
        (select sum(pg_total_relation_size(oid)) from pg_class
          where relkind = 'r' and relnamespace in ('public'::regnamespace, 'private'::regnamespace))::float8
          as table_bytes
    `;
    return {
      walBytes: row!.wal_bytes,
      walPageImages: row!.wal_page_images,
      rows: row!.rows,
      updatesInPlace: row!.updates_in_place,
      appendCalls: row!.append_calls,
      tableBytes: row!.table_bytes,
    };
  }

  return {
    sql,
    read,
    settle: () => new Promise((resolve) => setTimeout(resolve, COUNTED_WITHIN_MS)),
    checkpoint: async () => void await sql`checkpoint`,
    async [Symbol.asyncDispose]() {
      await sql.end();
    },
  };
}
