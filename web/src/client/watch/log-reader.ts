/** Reads the log of a session after the cursor, one read at a time, until one has succeeded. */
import { backoffMs } from "../backoff.ts";
import { type Answer, askRpc, type Failure } from "../channels/ask-supabase.ts";
import type { SupabasePort } from "../channels/supabase-port.ts";
import type { Clock } from "../ports.ts";
import { type Cursor, type SessionPage, sessionPageSchema } from "../protocol.ts";

/** A page of a long history, so that the beginning is on the screen soon. */
const PAGE_BYTES = 256 * 1024;

export interface LogReaderOptions {
  supabase: SupabasePort;
  ports: { clock: Clock; random(): number };
  sessionId: string;
  cursor(): Cursor | null;
  /** Adds a page; `again` where the next has to be read after the cursor. */
  onPage(page: SessionPage, place: { isFirst: boolean }): "next" | "again";
  /** Everything up to the end of the log has been added, or a read has failed: what was added is not all of it then. */
  onIdle(isWhole: boolean): void;
  /** `false`: no use in trying again. */
  onFailure(failure: Failure): boolean;
}

export class LogReader {
  readonly #options: LogReaderOptions;
  #current: Promise<boolean> | null = null;
  #next: Promise<boolean> | null = null;
  #isReading = false;
  #isStopped = false;
  #endWait = () => {};

  constructor(options: LogReaderOptions) {
    this.#options = options;
  }

  /** A page is on its way: what is heard now is newer. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** Resolves when a read begun from now on is done, to `false` when there will be none. */
  read(): Promise<boolean> {
    if (this.#next) return this.#next;
    if (!this.#current) return this.#start();
    this.#endWait();
    return this.#next = this.#current.then(() => {
      this.#next = null;
      return this.#start();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#endWait();
  }

  #start(): Promise<boolean> {
    this.#current = this.#run();
    return this.#current;
  }

  async #run(): Promise<boolean> {
    const { onFailure, onIdle, ports } = this.#options;
    for (let attempt = 1; !this.#isStopped; attempt++) {
      this.#isReading = true;
      const failure = await this.#readAll();
      this.#isReading = false;
      if (this.#isStopped) break;
      if (failure === null) this.#current = null;
      onIdle(failure === null);
      if (failure === null) return true;
      if (!onFailure(failure)) break;
      await this.#wait(backoffMs(attempt, ports.random));
    }
    this.#current = null;
    return false;
  }

  async #readAll(): Promise<Failure | null> {
    const { cursor, onPage } = this.#options;
    let afterSeq: number | null = null;
    let epoch = 0;
    while (!this.#isStopped) {
      const isFirst = afterSeq === null;
      const answer = await this.#ask(isFirst ? cursor() : null, afterSeq);
      if (this.#isStopped) return null;
      if (!answer.ok) return answer.failure;
      const page = answer.value;
      // Another writer began between two pages: what the first one brought may be void.
      const isOther = !isFirst && page.epoch !== epoch;
      epoch = page.epoch;
      if (isOther || onPage(page, { isFirst }) === "again") afterSeq = null;
      else if (page.nextSeq === null) return null;
      else afterSeq = page.nextSeq;
    }
    return null;
  }

  #ask(cursor: Cursor | null, afterSeq: number | null): Promise<Answer<SessionPage>> {
    const { supabase, ports, sessionId } = this.#options;
    return askRpc(supabase, {
      name: "read_session",
      parameters: {
        p_session_id: sessionId,
        p_cursor_epoch: cursor?.epoch ?? null,
        p_cursor_seq: cursor?.seq ?? null,
        p_after_seq: afterSeq,
        p_max_bytes: PAGE_BYTES,
      },
      clock: ports.clock,
      answer: sessionPageSchema,
    });
  }

  #wait(afterMs: number): Promise<void> {
    return new Promise((resolve) => {
      const takeBack = this.#options.ports.clock.schedule(afterMs, resolve);
      this.#endWait = () => {
        takeBack();
        resolve();
      };
    });
  }
}
