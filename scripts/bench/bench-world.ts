/** What a run of the benchmark needs: a stack with the real functions, a provider, a bare relay, and people with accounts. */
import { createCleanup } from "../stack/cleanup.ts";
import { type Stack, startStack } from "../stack/start-stack.ts";
import { type ChildProcess, startChild } from "./child-process.ts";
import { type DatabaseMeter, openDatabaseMeter } from "./database-meter.ts";

/** The session function opens no more sockets for one person. */
export const SOCKETS_PER_USER = 50;

export interface BenchWorld extends AsyncDisposable {
  stack: Stack;
  providerUrl: string;
  bareRelay: { process: ChildProcess; port: number };
  database: DatabaseMeter;
  /** One access token for each `SOCKETS_PER_USER` streams. */
  accessTokens: string[];
  /** The worker of the session function. Sockets go straight to it: the gateway here only stands in for the platform's. */
  worker: { pid: number; url: string };
  /** Puts a fresh worker and a fresh bare relay in the place of those that have worked. */
  renew(): Promise<void>;
  /** Resolves when the worker has let every connection go that is closed. */
  untilDetached(): Promise<void>;
}

const LOOK_AGAIN_MS = 200;
const WORKER_PATIENCE_MS = 30_000;

export async function openBenchWorld(
  { users, log }: { users: number; log: (line: string) => void },
): Promise<BenchWorld> {
  const cleanup = createCleanup();
  try {
    const provider = startChild("paced-provider.ts", {});
    cleanup.defer(() => provider[Symbol.asyncDispose]());
    const { baseUrl: providerUrl } = await provider.read<{ baseUrl: string }>();
    const stack = await startStack({
      log,
      // What counts against the limit is measured; a limit in the way would measure itself.
      realtime: { limits: { messagesPerSecond: 100_000 } },
      functions: {
        hotReload: false,
        wallClockMs: 0,
        env: {
          OPENAI_API_KEY: "bench",
          OPENAI_BASE_URL: providerUrl,
          OPENAI_MODEL: "bench",
          // Another provider would be measured without anybody noticing.
          OPENAI_SIMULATED_FALLBACK: "off",
        },
      },
    });
    cleanup.defer(() => stack.stop());
    const database = await openDatabaseMeter(stack.adminDbUrl);
    cleanup.defer(() => database[Symbol.asyncDispose]());
    await keepSessions(database);
    const accessTokens: string[] = [];
    for (let count = 0; count < users; count++) accessTokens.push(await signUp(stack));
    const world: BenchWorld = {
      ...{ stack, providerUrl, database, accessTokens },
      bareRelay: await startBareRelay(providerUrl),
      worker: await findWorker(stack),
      async renew() {
        await world.bareRelay.process[Symbol.asyncDispose]();
        world.bareRelay = await startBareRelay(providerUrl);
        stack.functions?.kill(world.worker.pid);
        world.worker = await findWorker(stack, world.worker.pid);
      },
      untilDetached: () => untilDetached(database),
      [Symbol.asyncDispose]: () => cleanup.run(),
    };
    cleanup.defer(() => world.bareRelay.process[Symbol.asyncDispose]());
    return world;
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function signUp({ apiUrl, publishableKey }: Stack): Promise<string> {
  const response = await fetch(`${apiUrl}/auth/v1/signup`, {
    method: "POST",
    headers: { apikey: publishableKey, "content-type": "application/json" },
    body: JSON.stringify({ email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID() }),
  });
  const { access_token: accessToken } = await response.json();
  if (!accessToken) throw new Error(`Cannot sign up: status ${response.status}`);
  return accessToken;
}

async function startBareRelay(baseUrl: string): Promise<BenchWorld["bareRelay"]> {
  const process = startChild("bare-relay.ts", { baseUrl });
  const { port } = await process.read<{ port: number }>();
  return { process, port };
}

/** A request starts the worker when there is none, or none but the one that has been killed. */
async function findWorker({ apiUrl, functions }: Stack, formerPid?: number): Promise<BenchWorld["worker"]> {
  const deadline = performance.now() + WORKER_PATIENCE_MS;
  while (performance.now() < deadline) {
    const response = await fetch(`${apiUrl}/functions/v1/session/${crypto.randomUUID()}`);
    await response.body?.cancel();
    const worker = functions?.workers().find((candidate) =>
      candidate.function === "session" && candidate.pid !== formerPid
    );
    if (worker?.port) return { pid: worker.pid, url: `ws://127.0.0.1:${worker.port}/session` };
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  throw new Error("Cannot find the worker of the session function");
}

/** What ends later would be summarised while something else is measured. */
async function keepSessions({ sql }: DatabaseMeter): Promise<void> {
  await sql`update private.settings set value = 86400000 where name in ('grace_ms', 'orphan_ms')`;
}

async function untilDetached({ sql }: DatabaseMeter): Promise<void> {
  for (;;) {
    const [row] = await sql`select count(*)::float8 as count from private.attachments`;
    if (row!.count === 0) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
