/** What one call of the database costs here, by way of the Data API and without: every promise waits for at least one. */
import type { BenchWorld } from "./bench-world.ts";
import { median } from "./statistics.ts";

export interface CallFigures {
  /** Milliseconds of an append that carries nothing. */
  sqlMs: number;
  dataApiMs: number;
}

const REPETITIONS = 100;
const WORKER_ID = "bench";

export async function measureCalls({ stack, database: { sql } }: BenchWorld): Promise<CallFigures> {
  const viaApi = async () => {
    const response = await fetch(`${stack.apiUrl}/rest/v1/rpc/append_events`, {
      method: "POST",
      headers: { apikey: stack.secretKey, "content-type": "application/json" },
      body: JSON.stringify({ p_worker_id: WORKER_ID, p_batches: [] }),
    });
    await response.text();
    if (!response.ok) throw new Error(`Cannot call the Data API: status ${response.status}`);
  };
  const viaSql = async () => void await sql`select public.append_events(${WORKER_ID}, '[]')`;
  return { sqlMs: await medianOf(viaSql), dataApiMs: await medianOf(viaApi) };
}

async function medianOf(call: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < REPETITIONS; count++) {
    const startedAt = performance.now();
    await call();
    times.push(performance.now() - startedAt);
  }
  return median(times);
}
