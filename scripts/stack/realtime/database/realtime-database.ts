/** What Realtime needs of the project's database; the first join connects it. */

import type { DatabaseWorker } from "../../extensions/database-worker.ts";
import type { Clock } from "../../functions/clock.ts";
import { ConnectionPool } from "../../lite/connection-pool.ts";
import {
  judgeReading,
  judgeWriting,
  type TopicQuestion,
  type Verdict,
} from "../authorization/judge-topic.ts";
import type { Broadcast } from "../wire/message.ts";
import { followMessages } from "./follow-messages.ts";
import { readReplay, type ReplayRequest } from "./read-replay.ts";
import type { StoredMessage } from "./stored-message.ts";

export interface RealtimeDatabaseOptions {
  /** Of the superuser. */
  dbUrl: string;
  onMessage: (message: StoredMessage) => void;
  clock: Clock;
  log: (line: string) => void;
}

const POOL_SIZE = 4;
/** How long a join waits for a server that is restarting. */
const RECONNECT_PATIENCE_MS = 5_000;

export class RealtimeDatabase {
  readonly #options: RealtimeDatabaseOptions;
  readonly #pool: ConnectionPool;
  #worker: Promise<DatabaseWorker> | undefined;
  #isFollowing = false;
  readonly #waiting = new Set<() => void>();

  constructor(options: RealtimeDatabaseOptions) {
    this.#options = options;
    this.#pool = new ConnectionPool({ url: options.dbUrl, size: POOL_SIZE, types: {} });
  }

  /** Makes today's partitions and follows what is written from now on. Rejects when the database is away. */
  async connect(): Promise<void> {
    this.#worker ??= followMessages({
      ...this.#options,
      onChange: (isFollowing) => {
        this.#isFollowing = isFollowing;
        if (isFollowing) { for (const resume of [...this.#waiting]) resume(); }
      },
    });
    const worker = this.#worker;
    await worker.catch((error) => {
      if (this.#worker === worker) this.#worker = undefined;
      throw error;
    });
    if (!await this.whenFollowing(RECONNECT_PATIENCE_MS)) throw new Error("The database is away");
  }

  /** Whether database broadcasts arrive, at the latest after `patienceMs`. */
  async whenFollowing(patienceMs: number): Promise<boolean> {
    if (this.#isFollowing) return true;
    const over = Promise.withResolvers<void>();
    const cancel = this.#options.clock.setTimer(over.resolve, patienceMs);
    this.#waiting.add(over.resolve);
    await over.promise;
    this.#waiting.delete(over.resolve);
    cancel();
    return this.#isFollowing;
  }

  judgeReading(question: TopicQuestion): Promise<Verdict> {
    return judgeReading(this.#pool, question);
  }

  judgeWriting(question: TopicQuestion): Promise<Verdict> {
    return judgeWriting(this.#pool, question);
  }

  readReplay(topic: string, request: ReplayRequest): Promise<Broadcast[]> {
    return readReplay(this.#pool, { topic, ...request });
  }

  /** Until the next join nothing is followed. */
  async disconnect(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    for (const resume of [...this.#waiting]) resume();
    await (await worker?.catch(() => undefined))?.stop();
  }

  async end(): Promise<void> {
    await this.disconnect();
    await this.#pool.end();
  }
}
