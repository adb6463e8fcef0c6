/** One worker process: its start, its requests, its phases and its end. */

import type { Clock } from "./clock.ts";
import type { FunctionDefinition } from "./discover-functions.ts";
import { ERROR_ANSWERS, type ErrorAnswer } from "./error-answers.ts";
import type { LogLevel } from "./functions-runtime.ts";
import { startLifecycleTimer } from "./lifecycle-timer.ts";
import type { LifecyclePhase } from "./worker-lifecycle.ts";
import { spawnWorker, type WorkerProcess } from "./worker-process.ts";
import type { WorkerReport } from "./worker-protocol.ts";

export type WorkerState = "starting" | "serving" | "retired" | "unloading" | "stopped";

export type WorkerEnding =
  | "early_drop"
  | "termination"
  | "wall_clock"
  | "memory"
  | "boot_error"
  | "killed"
  | "crash";

export interface WorkerLimits {
  readonly wallClockMs: number;
  readonly memoryMb: number;
}

export interface FunctionWorkerOptions {
  definition: FunctionDefinition;
  environment: Record<string, string>;
  limits: WorkerLimits;
  clock: Clock;
  log: (line: { pid: number; level: LogLevel; text: string }) => void;
}

const BOOT_TIMEOUT_MS = 30_000;
/** Longer than it takes to learn of the exit of a process whose connection broke. */
const EXIT_NOTICE_MS = 500;
/** How V8 ends a process whose heap is full while the event loop is blocked. */
const OUT_OF_MEMORY_SIGNALS = ["SIGABRT", "SIGTRAP", "SIGILL"];

export class FunctionWorker {
  readonly startedAt: number;
  /** The port of the function's server; rejects when the worker ends before it listens. */
  readonly port: Promise<number>;
  readonly exited: Promise<WorkerEnding>;
  readonly #options: FunctionWorkerOptions;
  readonly #process: WorkerProcess;
  readonly #listening = Promise.withResolvers<number>();
  #state: WorkerState = "starting";
  #listeningPort: number | undefined;
  #ending: WorkerEnding | undefined;
  #requestsInFlight = 0;
  #isRetired = false;
  #isTerminating = false;
  #isLeaving = false;

  constructor(options: FunctionWorkerOptions) {
    this.#options = options;
    const { definition, environment, limits, clock } = options;
    this.#process = spawnWorker({
      definition,
      environment,
      memoryMb: limits.memoryMb,
      onReport: (report) => this.#receive(report),
      onLine: (level, text) => this.#log(level, text),
    });
    this.startedAt = clock.now();
    this.port = this.#listening.promise;
    this.port.catch(() => {}); // a worker that nobody waits for may fail, too
    this.exited = this.#run();
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The same as `port`, as far as is known now. */
  get listeningPort(): number | undefined {
    return this.#listeningPort;
  }

  get state(): WorkerState {
    return this.#state;
  }

  get isAccepting(): boolean {
    return !this.#isRetired && this.#ending === undefined && this.#state !== "stopped";
  }

  /** What a request gets that this worker did not answer, as far as is known now. */
  get failure(): ErrorAnswer {
    if (this.#ending === "wall_clock" || this.#ending === "memory") return ERROR_ANSWERS.workerLimit;
    return this.#ending === "boot_error" ? ERROR_ANSWERS.bootError : ERROR_ANSWERS.workerError;
  }

  /** The same, after the moment in which a lost connection turns out to be a lost process. */
  async explainFailure(): Promise<ErrorAnswer> {
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, EXIT_NOTICE_MS);
    await Promise.race([this.exited, timeout.promise]);
    clearTimeout(timer);
    return this.failure;
  }

  /** Counts a request until the returned function is called: a retired worker drains when none is left. */
  takeRequest(): () => void {
    this.#requestsInFlight += 1;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#requestsInFlight -= 1;
      this.#leaveWhenQuiet();
    };
  }

  /** No new requests; leaves when nothing is in flight and no `waitUntil` promise is pending. */
  retire(): void {
    this.#isRetired = true;
    if (this.#state === "serving") this.#state = "retired";
    this.#leaveWhenQuiet();
  }

  /** Lets the function finish its requests and close its sockets, and kills what is left after the grace period. */
  async terminate(graceMs: number): Promise<void> {
    this.#isRetired = true;
    this.#isTerminating = true;
    this.#process.send({ type: "drain" });
    this.#process.send({ type: "beforeunload", reason: "termination" });
    this.#leaveWhenQuiet();
    const cancelKill = this.#options.clock.setTimer(() => this.#end("termination"), graceMs);
    await this.exited;
    cancelKill();
  }

  kill(signal: Deno.Signal): void {
    if (signal === "SIGKILL") return this.#end("killed");
    this.#process.signal(signal);
  }

  async #run(): Promise<WorkerEnding> {
    const { definition, limits, clock } = this.#options;
    const cancelLifecycle = startLifecycleTimer(clock, {
      wallClockMs: limits.wallClockMs,
      onPhase: (phase) => this.#enter(phase),
    });
    const cancelBootTimer = clock.setTimer(() => {
      if (this.#state === "starting") this.#end("boot_error");
    }, BOOT_TIMEOUT_MS);

    const signal = await this.#process.exited;
    cancelLifecycle();
    cancelBootTimer();
    const isOutOfMemory = signal !== null && OUT_OF_MEMORY_SIGNALS.includes(signal);
    this.#ending ??= isOutOfMemory ? "memory" : this.#state === "starting" ? "boot_error" : "crash";
    this.#state = "stopped";
    this.#listening.reject(new Error(`Worker ${this.pid} of "${definition.name}" ended before it listened`));
    return this.#ending;
  }

  #receive(report: WorkerReport): void {
    switch (report.type) {
      case "listening":
        if (this.#state === "starting") this.#state = this.#isRetired ? "retired" : "serving";
        this.#listeningPort = report.port;
        return this.#listening.resolve(report.port);
      case "log":
        return this.#log(report.level, report.text);
      case "memory":
        this.#log("error", `Memory limit ${report.limit}: ${report.usedMb} MB used`);
        if (report.limit === "reached") this.#end("memory");
        return;
      case "leaving":
        this.#ending ??= report.reason;
    }
  }

  #enter(phase: LifecyclePhase): void {
    switch (phase) {
      case "serving":
        return;
      case "retired":
        this.#log("warning", "Half of the wall clock has passed: no new requests");
        return this.retire();
      case "unloading":
        this.#state = "unloading";
        return this.#process.send({ type: "beforeunload", reason: "wall_clock" });
      case "expired":
        this.#log("error", "The wall clock limit is reached");
        return this.#end("wall_clock");
    }
  }

  #leaveWhenQuiet(): void {
    if (!this.#isRetired || this.#isLeaving || this.#requestsInFlight > 0) return;
    this.#isLeaving = true;
    if (!this.#isTerminating) this.#process.send({ type: "drain" });
    this.#process.send({ type: "leave", reason: this.#isTerminating ? "termination" : "early_drop" });
  }

  #end(ending: WorkerEnding): void {
    if (this.#state === "stopped") return;
    this.#ending = ending;
    this.#process.signal("SIGKILL");
  }

  #log(level: LogLevel, text: string): void {
    this.#options.log({ pid: this.pid, level, text });
  }
}
