/** Runs the edge functions of a folder, each worker a Deno process of its own, with the platform's life cycle. */

import type { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { resolve } from "node:path";
import type { Duplex } from "node:stream";
import { answerError, answerUpgradeError } from "./answer-error.ts";
import { apiKeysOf, authorizeRequest } from "./authorize-request.ts";
import { bypassProxyForLoopback } from "./bypass-proxy.ts";
import { systemClock } from "./clock.ts";
import { findFunction, type FunctionDefinition } from "./discover-functions.ts";
import { ERROR_ANSWERS, type ErrorAnswer } from "./error-answers.ts";
import { FunctionWorker } from "./function-worker.ts";
import { forwardRequest } from "./forward-request.ts";
import { forwardUpgrade } from "./forward-upgrade.ts";
import type { FunctionsOptions, FunctionsRuntime } from "./functions-runtime.ts";
import { watchFunctions } from "./watch-functions.ts";
import { workerEnvironment } from "./worker-environment.ts";
import { type WorkerLease, WorkerPool, WorkerStartError } from "./worker-pool.ts";

export type {
  FunctionConfig,
  FunctionLogLine,
  FunctionsOptions,
  FunctionsRuntime,
  WorkerInfo,
} from "./functions-runtime.ts";

/** The limits of the platform's paid plan. */
const WALL_CLOCK_MS = 400_000;
const MEMORY_MB = 256;
const IDLE_TIMEOUT_MS = 150_000;
const TERMINATION_GRACE_MS = 5_000;

type Admission = { lease: WorkerLease } | { refusal: ErrorAnswer };

/** Starts no worker yet: the first request to a function does. */
export async function startFunctions(options: FunctionsOptions): Promise<FunctionsRuntime> {
  const { env, configs = {}, log = () => {}, clock = systemClock } = options;
  const functionsDir = resolve(options.functionsDir);
  const limits = {
    wallClockMs: options.wallClockMs ?? WALL_CLOCK_MS,
    memoryMb: options.memoryMb ?? MEMORY_MB,
  };
  const graceMs = options.terminationGraceMs ?? TERMINATION_GRACE_MS;
  const authorization = {
    verifyJwt: options.verifyJwt ?? (() => Promise.resolve(false)),
    apiKeys: apiKeysOf(env),
  };
  const pools = new Map<string, WorkerPool>();
  let isStopped = false;
  bypassProxyForLoopback();
  const client = Deno.createHttpClient({});
  if (!(await Deno.stat(functionsDir)).isDirectory) {
    throw new Error(`Not a folder of functions: "${functionsDir}"`);
  }
  const stopWatching = options.hotReload
    ? watchFunctions(functionsDir, { clock, onChange: () => terminateWorkers() })
    : () => {};

  function poolOf(definition: FunctionDefinition): WorkerPool {
    const existing = pools.get(definition.name);
    if (existing) return existing;
    const pool = new WorkerPool({ clock, startWorker: () => startWorker(definition.name) });
    pools.set(definition.name, pool);
    return pool;
  }

  async function startWorker(name: string): Promise<FunctionWorker> {
    const definition = await findFunction(name, { functionsDir, config: configs[name] });
    if (!definition || isStopped) throw new Error(`The function "${name}" is gone`);
    const environment = await workerEnvironment(definition, env);
    return new FunctionWorker({
      definition,
      environment,
      limits,
      clock,
      log: (line) => log({ function: name, ...line }),
    });
  }

  async function admit(request: IncomingMessage, name: string): Promise<Admission> {
    try {
      const definition = await findFunction(name, { functionsDir, config: configs[name] });
      if (!definition || isStopped) return { refusal: ERROR_ANSWERS.notFound };
      const refusal = definition.verifyJwt ? await authorizeRequest(request, authorization) : undefined;
      return refusal ? { refusal } : { lease: await poolOf(definition).lease() };
    } catch (error) {
      if (error instanceof WorkerStartError) return { refusal: error.worker.failure };
      log({ function: name, pid: 0, level: "error", text: `Cannot start the function: ${error}` });
      return { refusal: ERROR_ANSWERS.bootError };
    }
  }

  async function passRequest(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
  ): Promise<void> {
    const admission = await admit(request, name);
    if ("refusal" in admission) return answerError(response, admission.refusal);
    const idleTimeoutMs = options.idleTimeoutMs ?? IDLE_TIMEOUT_MS;
    await forwardRequest(request, response, { lease: admission.lease, idleTimeoutMs, clock, client });
  }

  async function passUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    target: { head: Buffer; name: string },
  ): Promise<void> {
    socket.on("error", () => {}); // a client that leaves while a worker starts is no failure of ours
    const admission = await admit(request, target.name);
    if ("refusal" in admission) return answerUpgradeError(socket, admission.refusal);
    if (socket.destroyed) return admission.lease.release();
    forwardUpgrade(request, socket, { lease: admission.lease, head: target.head });
  }

  async function terminateWorkers(): Promise<void> {
    await Promise.all([...pools.values()].map((pool) => pool.terminate(graceMs)));
  }

  async function stop(): Promise<void> {
    if (isStopped) return;
    isStopped = true;
    stopWatching();
    await terminateWorkers();
    client.close();
  }

  function allWorkers(): { name: string; worker: FunctionWorker }[] {
    return [...pools].flatMap(([name, pool]) => pool.workers.map((worker) => ({ name, worker })));
  }

  return {
    handleRequest: (request, response, name) => void passRequest(request, response, name),
    handleUpgrade: (request, socket, head, name) => void passUpgrade(request, socket, { head, name }),
    workers: () =>
      allWorkers().map(({ name, worker }) => ({
        function: name,
        pid: worker.pid,
        ageSeconds: Math.round((clock.now() - worker.startedAt) / 100) / 10,
        state: worker.state,
        port: worker.listeningPort,
      })),
    kill(pid, signal = "SIGKILL") {
      const found = allWorkers().find(({ worker }) => worker.pid === pid);
      found?.worker.kill(signal);
      return found !== undefined;
    },
    retire: (name) => pools.get(name)?.retire(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
