/** R8: every ending with content comes to a summary or to a stated failure, and to one of them. */
import type { ChaosWorld } from "../chaos-world.ts";
import type { Conversation } from "../conversation.ts";
import { holdsWithin, persist } from "../patience.ts";

const PATIENCE_MS = 120_000;

const FATES = ["done", "failed"];

interface Fate {
  session:
    | { status: string; ending_number: number; summary_status: string; summary: string | null }
    | undefined;
  jobs: { ending_number: number; status: string; summary: string | null }[];
}

export async function checkEnding(world: ChaosWorld, { sessionId, sent }: Conversation): Promise<void> {
  const { tally } = world;
  if (sent.length === 0) return;
  let fate = await readFate(world, sessionId);
  // An earlier ending may be summarised later than the last one: its first summarizer was killed.
  await holdsWithin(PATIENCE_MS, async () => {
    fate = await readFate(world, sessionId);
    return isSettled(fate);
  });
  const { session, jobs } = fate;
  tally.count(`summaries ${session?.summary_status}`);
  tally.count("endings", jobs.length);
  if (!isSettled(fate) || !isTold(fate)) {
    tally.harm("endings without a fate", `session ${sessionId}: ${JSON.stringify(fate)}`);
  }
}

async function readFate({ sql }: ChaosWorld, sessionId: string): Promise<Fate> {
  const sessions = await persist(() =>
    sql<Fate["session"][]>`
      select status, ending_number, summary_status, summary from public.sessions where session_id = ${sessionId}`
  );
  const jobs = await persist(() =>
    sql<Fate["jobs"]>`
      select ending_number, status, summary from private.summary_jobs
      where session_id = ${sessionId} order by ending_number`
  );
  return { session: sessions[0], jobs: [...jobs] };
}

function isSettled({ session, jobs }: Fate): boolean {
  return session?.status === "ended" && FATES.includes(session.summary_status) &&
    jobs.every(({ status }) => FATES.includes(status));
}

/** One job an ending, and the session shows the summary of the last. */
function isTold({ session, jobs }: Fate): boolean {
  const isNumbered = jobs.every(({ ending_number }, index) => ending_number === index + 1);
  const isStored = session?.summary_status !== "done" || session.summary === jobs.at(-1)?.summary;
  return jobs.length === session?.ending_number && isNumbered && isStored;
}
