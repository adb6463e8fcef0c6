/** Starts everything, prints where it is, and stops it in order when asked. */

import { join } from "node:path";
import { createCleanup } from "../cleanup.ts";
import { isExisting } from "../files/is-existing.ts";
import { recoverCluster } from "../postgres/recover-cluster.ts";
import { type Stack, startStack } from "../start-stack.ts";
import { checkPorts } from "./check-ports.ts";
import { dataDirOf, describeOptions, runCommand, UsageError } from "./command-line.ts";
import { describeStack } from "./describe-stack.ts";
import { findRunningInstance, removeRunningInstance, writeRunningInstance } from "./running-instance.ts";
import { print } from "./print.ts";
import { readStartOptions, START_OPTIONS, type StartOptions } from "./start-options.ts";
import { startWebPage } from "./start-web-page.ts";
import { listenForStopRequests } from "./stop-requests.ts";

const FORCED_EXIT_CODE = 130;

export async function runStart(args: string[]): Promise<void> {
  await runCommand(async () => {
    const options = readStartOptions(args);
    if (options.isHelpWanted) {
      return print(`npm start -- [options]\n\n${describeOptions(START_OPTIONS)}`);
    }
    await startAndWait(options);
    Deno.exit(0);
  });
}

async function startAndWait(options: StartOptions): Promise<void> {
  const dataDir = await dataDirOf({ "data-dir": options.dataDir });
  await refuseSecondStart(dataDir);
  await recoverCluster(join(dataDir, "postgres"));
  const { web: _web, ...withoutWeb } = options.ports;
  checkPorts(options.hasWeb ? options.ports : withoutWeb);

  const stopRequests = listenForStopRequests();
  const cleanup = createCleanup();
  let stack: Stack | undefined;
  void stopRequests.second.then(async () => {
    print("Stopping at once");
    await stack?.killPostgres().catch(() => {});
    Deno.exit(FORCED_EXIT_CODE);
  });
  try {
    stack = await startStack({
      dataDir,
      ports: withoutWeb,
      functions: { hotReload: true, wallClockMs: options.wallClockMs },
      log: print,
    });
    const { stop } = stack;
    cleanup.defer(stop);
    const page = options.hasWeb ? await serveWebPage(stack, options) : undefined;
    if (page) cleanup.defer(() => page.stop());
    cleanup.defer(() => removeRunningInstance(dataDir));
    await writeRunningInstance(dataDir, {
      ports: { ...stack.ports, web: page?.port ?? null },
      webPid: page?.pid ?? null,
    });
    print(describeStack(stack, { webUrl: page?.url }));
    await stopRequests.first;
    print("Stopping");
  } finally {
    await cleanup.run();
  }
  print("Stopped");
}

async function serveWebPage(stack: Stack, { ports }: StartOptions) {
  print("Starting the page");
  return await startWebPage(stack, { port: ports.web, log: print });
}

async function refuseSecondStart(dataDir: string): Promise<void> {
  const running = await isExisting(dataDir) ? await findRunningInstance(dataDir) : undefined;
  if (!running) return;
  throw new UsageError(
    `Parley runs already on this data folder, as process ${running.pid}: npm run -s status tells where. ` +
      `Stop it with Ctrl-C, or start another with --data-dir and other ports`,
  );
}
