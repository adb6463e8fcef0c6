/** Runs one Postgres 17 server from the binaries that npm installed. */

import { dirname, join } from "node:path";
import { isExisting } from "../files/is-existing.ts";
import { findFreePort, isPortFree } from "../ports/free-port.ts";
import { createCluster, SUPERUSER } from "./create-cluster.ts";
import { claimCluster, releaseCluster } from "./cluster-owner.ts";
import { createTraversableFolder } from "./traversable-folder.ts";
import { type NativeFolder, prepareNativeFolder } from "./native-folder.ts";
import { runProgram } from "./run-program.ts";
import { findServerAccount, type ServerAccount } from "./server-account.ts";
import { stopOrphan } from "./stop-orphan.ts";

export interface StartPostgresOptions {
  /** The data folder; it must be reachable for the server account. Default: a temporary one, removed by `stop()`. */
  clusterDir?: string;
  /** Default: any free port. */
  port?: number;
  /** Of the superuser `supabase_admin`, used when the cluster is made. Default: random, known by `url()` only. */
  password?: string;
  /** False makes a crash lose data and everything else faster. */
  fsync?: boolean;
  /** Further settings, as in postgresql.conf. */
  settings?: Record<string, string>;
  /** Called with the share folder before the server starts, to add extensions. */
  installExtensions?: (shareDir: string) => Promise<void>;
}

export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  readonly clusterDir: string;
  /** A connection URL; the default role is the superuser and the default password its own. */
  url(role?: string, password?: string): string;
  /** Stops within seconds, open transactions rolled back; `immediate` is a crash: no checkpoint, unlogged tables lost. */
  stop(mode?: "fast" | "immediate"): Promise<void>;
  /** Starts again after a `stop()`, on the same port. */
  start(): Promise<void>;
}

const START_TIMEOUT_SECONDS = 60;
const PORT_ATTEMPTS = 5;

/** Resolves when the server accepts connections. It runs in a process group of its own, so Ctrl-C does not reach it. */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<PostgresServer> {
  const account = findServerAccount();
  const temporaryDir = options.clusterDir ? undefined : await createTraversableFolder({ account });
  const clusterDir = options.clusterDir ?? join(temporaryDir!, "postgres");
  const password = options.password ?? crypto.randomUUID();
  const native = await prepareNativeFolder({
    account,
    copiesDir: () => createTraversableFolder({ account, name: "native" }),
  });
  const server: RunningServer = { native, account, clusterDir };
  const settings = { fsync: options.fsync === false ? "off" : "on", ...options.settings };
  await options.installExtensions?.(native.shareDir);
  await claimCluster(clusterDir, { stopOrphan });
  const port = await createAndStart().catch(async (error) => {
    await cleanUp();
    throw error;
  });
  let isRunning = true;

  async function createAndStart(): Promise<number> {
    if (!await isExisting(join(clusterDir, "PG_VERSION"))) {
      await createCluster({ clusterDir, native, account, password });
    }
    return await startOnFreePort(server, { port: options.port ?? 0, settings });
  }

  async function cleanUp(): Promise<void> {
    await releaseCluster(clusterDir);
    if (temporaryDir) await Deno.remove(temporaryDir, { recursive: true });
  }

  async function stop(mode: "fast" | "immediate" = "fast"): Promise<void> {
    if (!isRunning) return;
    isRunning = false;
    await stopServer(server, mode);
  }

  async function dispose(): Promise<void> {
    await stop();
    await cleanUp();
  }

  return {
    port,
    clusterDir,
    url: (role = SUPERUSER, rolePassword = password) =>
      `postgresql://${role}:${encodeURIComponent(rolePassword)}@127.0.0.1:${port}/postgres`,
    stop,
    async start() {
      if (isRunning) return;
      await startServer(server, { port, settings });
      isRunning = true;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

interface RunningServer {
  native: NativeFolder;
  account: ServerAccount | undefined;
  clusterDir: string;
}

interface ServerSettings {
  port: number;
  settings: Record<string, string>;
}

async function startOnFreePort(server: RunningServer, wanted: ServerSettings): Promise<number> {
  if (wanted.port !== 0) {
    await startServer(server, wanted);
    return wanted.port;
  }
  for (let attempt = 1;; attempt++) {
    const port = findFreePort();
    try {
      await startServer(server, { ...wanted, port });
      return port;
    } catch (error) {
      // Between the search and the start another process may have taken the port.
      if (attempt === PORT_ATTEMPTS || isPortFree(port)) throw error;
    }
  }
}

async function startServer(server: RunningServer, { port, settings }: ServerSettings): Promise<void> {
  const flags = Object.entries({
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
    wal_level: "logical",
    ...settings,
  }).map(([name, value]) => `-c ${name}='${value}'`);
  const logFile = join(server.clusterDir, "server.log");
  const logged = await Deno.stat(logFile).then((file) => file.size, () => 0);
  const { code, output } = await runProgram(server.native.bin("pg_ctl"), {
    account: server.account,
    args: [
      ...["start", "--silent", "--wait", `--timeout=${START_TIMEOUT_SECONDS}`],
      ...[`--pgdata=${server.clusterDir}`, `--log=${logFile}`, `--options=${flags.join(" ")}`],
    ],
  });
  if (code === 0) return;
  const log = await Deno.readTextFile(logFile).catch(() => "");
  const reason = log.slice(logged).trim() || output;
  throw new Error(`Cannot start Postgres on port ${port} with data in "${dirname(logFile)}": ${reason}`);
}

async function stopServer(server: RunningServer, mode: "fast" | "immediate"): Promise<void> {
  const { code, output } = await runProgram(server.native.bin("pg_ctl"), {
    account: server.account,
    args: ["stop", "--silent", "--wait", `--mode=${mode}`, `--pgdata=${server.clusterDir}`],
  });
  // Code 1 without a server: it is gone already, which is what was asked.
  if (code !== 0 && !/is not running|No such process|does not exist/.test(output)) {
    throw new Error(`Cannot stop Postgres of "${server.clusterDir}": ${output}`);
  }
}
