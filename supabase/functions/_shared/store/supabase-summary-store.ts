/** Summary jobs in Postgres, through the database's own functions and the server's secret key. */
import { callRpc, type ServerClient } from "./call-rpc.ts";
import type { SummaryJob, SummaryStore } from "./summary-store.ts";
import { toStorable } from "./to-storable.ts";

export function createSupabaseSummaryStore(client: ServerClient): SummaryStore {
  return {
    async claimSummaryJob(sessionId) {
      const parameters = { p_session_id: sessionId };
      return await callRpc(client, { name: "claim_summary_job", parameters }) as SummaryJob | null;
    },

    async finishSummaryJob(job, summary) {
      const parameters = { ...claimOf(job), p_summary: toStorable(summary) };
      return await callRpc(client, { name: "finish_summary_job", parameters }) as { stored: boolean };
    },

    async failSummaryJob(job, reason) {
      const parameters = { ...claimOf(job), p_reason: toStorable(reason) };
      await callRpc(client, { name: "fail_summary_job", parameters });
    },
  };
}

function claimOf({ sessionId, endingNumber, claimToken }: SummaryJob) {
  return { p_session_id: sessionId, p_ending_number: endingNumber, p_claim_token: claimToken };
}
