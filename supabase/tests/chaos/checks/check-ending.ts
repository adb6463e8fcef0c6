/** R8: every ending with content comes to a summary or to a stated failure, and to one of them. */
import type { ChaosWorld } from "../chaos-world.ts";
import type { Conversation } from "../conversation.ts";
import { holdsWithin, persist } from "../patience.ts";

const PATIENCE_MS = 120_000;

interface SessionRow {
  status: string;
  ending_number: number;
  summary_status: string;
  summary: string | null;
}

export async function checkEnding(world: ChaosWorld, { sessionId, sent }: Conversation): Promise<void> {
  const { sql, tally } = world;
  if (sent.length === 0) return;
  let row: SessionRow | undefined;
  const hasFate = await holdsWithin(PATIENCE_MS, async () => {
    [row] = await sql<SessionRow[]>`
      select status, ending_number, summary_status, summary from public.sessions where session_id = ${sessionId}`;
    return row?.status === "ended" && ["done", "failed"].includes(row.summary_status);
  });
  tally.count(`summaries ${row?.summary_status}`);
  if (!hasFate) return tally.harm("endings without a fate", `session ${sessionId}: ${JSON.stringify(row)}`);

  const jobs = await persist(() =>
    sql<{ ending_number: number; status: string; summary: string | null }[]>`
      select ending_number, status, summary from private.summary_jobs
      where session_id = ${sessionId} order by ending_number`
  );
  tally.count("endings", jobs.length);
  const open = jobs.filter(({ status }) => status !== "done" && status !== "failed");
  const isNumbered = jobs.every(({ ending_number }, index) => ending_number === index + 1);
  const isStored = row?.summary_status !== "done" || row.summary === jobs.at(-1)?.summary;
  if (jobs.length !== row?.ending_number || open.length > 0 || !isNumbered || !isStored) {
    tally.harm("endings without a fate", `session ${sessionId}: ${JSON.stringify({ ending: row, jobs })}`);
  }
}
