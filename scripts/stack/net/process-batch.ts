/** One batch of requests, in the one transaction that makes pg_net lose and repeat as it does. */

import type { Sql } from "postgres";
import { type NetRequest, type NetResponse, type SendOptions, sendRequest } from "./net-request.ts";

/** For chaos tests: what a crash of the database or of the worker does to single requests. */
export interface NetFaults {
  /** True: taken from the queue, never sent, no response. */
  loseRequest?: (request: NetRequest) => boolean;
  /** True: sent twice. */
  repeatRequest?: (request: NetRequest) => boolean;
}

const BATCH_SIZE = 200;
const RESPONSE_LIFETIME = "6 hours";

/**
 * Returns how many requests were taken. Responses become visible when the slowest of the batch is there; a worker
 * that dies in between has sent requests that are still queued, and sends them again.
 */
export async function processBatch(sql: Sql, options: SendOptions & { faults: NetFaults }): Promise<number> {
  const [{ exists } = { exists: false }] = await sql<{ exists: boolean }[]>`
    select to_regclass('net.http_request_queue') is not null as exists`;
  if (!exists) return 0;
  return await sql.begin(async (transaction) => {
    await transaction`
      delete from net._http_response where ctid in (
        select ctid from net._http_response where created < now() - ${RESPONSE_LIFETIME}::interval limit ${BATCH_SIZE}
      )`;
    const requests = await transaction<NetRequest[]>`
      delete from net.http_request_queue where id in (
        select id from net.http_request_queue order by id limit ${BATCH_SIZE}
      )
      returning id, method, url, headers, body, timeout_milliseconds as "timeoutMs"`;
    const responses = (await Promise.all(requests.map((request) => send(request, options)))).flat();
    if (responses.length > 0) await transaction`insert into net._http_response ${transaction(responses)}`;
    return requests.length;
  });
}

async function send(
  request: NetRequest,
  options: SendOptions & { faults: NetFaults },
): Promise<NetResponse[]> {
  const { faults } = options;
  if (faults.loseRequest?.(request)) return [];
  if (faults.repeatRequest?.(request)) await sendRequest(request, options);
  return [await sendRequest(request, options)];
}
