/** The workers of one function: at most one takes new requests, older ones finish theirs. */

import { bootDelayMs } from "./boot-backoff.ts";
import type { Clock } from "./clock.ts";
import { FunctionWorker, type WorkerEnding } from "./function-worker.ts";

export interface WorkerLease {
  readonly worker: FunctionWorker;
  readonly port: number;
  readonly release: () => void;
}

export interface WorkerPoolOptions {
  startWorker: () => Promise<FunctionWorker>;
  clock: Clock;
}

/** A worker that crashes sooner than this after its start is one of a crash loop. */
const HEALTHY_AGE_MS = 5_000;

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<FunctionWorker>();
  #current: FunctionWorker | undefined;
  #starting: Promise<FunctionWorker> | undefined;
  #failuresInARow = 0;
  #generation = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get workers(): FunctionWorker[] {
    return [...this.#workers];
  }

  /** A worker that will take one request, started when there is none. */
  async lease(): Promise<WorkerLease> {
    let worker: FunctionWorker;
    do {
      worker = this.#current?.isAccepting ? this.#current : await this.#startOnce();
    } while (!worker.isAccepting && worker.state !== "stopped");
    const release = worker.takeRequest();
    try {
      return { worker, release, port: await worker.port };
    } catch (cause) {
      release();
      throw new WorkerStartError(worker, { cause });
    }
  }

  retire(): void {
    this.#current?.retire();
  }

  /** Ends every worker, the ones just starting too; a later request starts afresh. */
  async terminate(graceMs: number): Promise<void> {
    this.#generation += 1;
    this.#failuresInARow = 0;
    await this.#starting?.catch(() => {});
    await Promise.all(this.workers.map((worker) => worker.terminate(graceMs)));
  }

  #startOnce(): Promise<FunctionWorker> {
    return this.#starting ??= this.#start().finally(() => this.#starting = undefined);
  }

  async #start(): Promise<FunctionWorker> {
    const generation = this.#generation;
    const delayMs = bootDelayMs(this.#failuresInARow);
    if (delayMs > 0) await new Promise<void>((resolve) => this.#options.clock.setTimer(resolve, delayMs));
    const worker = await this.#options.startWorker();
    this.#workers.add(worker);
    this.#current = worker;
    worker.exited.then((ending) => {
      this.#workers.delete(worker);
      if (generation === this.#generation) this.#countFailure(worker, ending);
    });
    return worker;
  }

  #countFailure(worker: FunctionWorker, ending: WorkerEnding): void {
    const ageMs = this.#options.clock.now() - worker.startedAt;
    const isFailure = ending === "boot_error" || (ending === "crash" && ageMs < HEALTHY_AGE_MS);
    this.#failuresInARow = isFailure ? this.#failuresInARow + 1 : 0;
  }
}

/** The worker that should have taken the request ended before it listened. */
export class WorkerStartError extends Error {
  readonly worker: FunctionWorker;

  constructor(worker: FunctionWorker, options: { cause: unknown }) {
    super(`Worker ${worker.pid} did not start`, options);
    this.worker = worker;
  }
}
