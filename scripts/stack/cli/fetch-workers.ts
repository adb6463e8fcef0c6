/** Asks a running stack for its function workers. */

import { WORKERS_PATH } from "../gateway/workers-path.ts";

export interface WorkerStatus {
  function: string;
  pid: number;
  ageSeconds: number;
  state: string;
}

export async function fetchWorkers(apiUrl: string, secretKey: string): Promise<WorkerStatus[]> {
  const response = await fetch(`${apiUrl}${WORKERS_PATH}`, { headers: { apikey: secretKey } });
  if (!response.ok) throw new Error(`Cannot ask ${apiUrl} for its workers: status ${response.status}`);
  return await response.json();
}
