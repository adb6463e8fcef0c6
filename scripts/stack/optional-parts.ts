/** Temporary: parts that another change brings. */

import { isExisting } from "./files/is-existing.ts";

interface Worker {
  stop(): Promise<void>;
}
type StartWorker = (options: { dbUrl: string; log: (line: string) => void }) => Promise<Worker>;

async function load(path: string): Promise<Record<string, unknown> | undefined> {
  const url = new URL(path, import.meta.url);
  return await isExisting(decodeURIComponent(url.pathname)) ? await import(url.href) : undefined;
}

export async function startNetWorker(options: Parameters<StartWorker>[0]): Promise<Worker> {
  const module = await load("./net/start-net-worker.ts");
  return await (module?.startNetWorker as StartWorker | undefined)?.(options) ?? { stop: async () => {} };
}

export async function startCronWorker(options: Parameters<StartWorker>[0]): Promise<Worker> {
  const module = await load("./cron/start-cron-worker.ts");
  return await (module?.startCronWorker as StartWorker | undefined)?.(options) ?? { stop: async () => {} };
}
