/** Summary jobs: R8, K17. */
import { assert, assertEquals } from "@std/assert";
import { appendOk, createScene, finishAnswer, lead, type Scene, startAnswer, userEvent } from "./drive.ts";
import type { ContractTest } from "../session-store-contract.ts";

const BY_USER = { reason: "ended_by_user", onlyIfUnattached: false } as const;

async function converseAndEnd(scene: Scene): Promise<{ epoch: number }> {
  const { epoch } = await lead(scene);
  const turn = await startAnswer(scene, { epoch });
  await finishAnswer(scene, { epoch, turn });
  await appendOk(scene, { epoch, seqFrom: 7, end: BY_USER });
  return { epoch };
}

async function claim({ world, sessionId }: Scene) {
  const job = await world.summaries.claimSummaryJob(sessionId);
  assert(job, "Expected a job");
  return job;
}

export const summaryTests: ContractTest[] = [
  ["[R8] an ending leaves one job, which is claimed, finished and shown once", async (world) => {
    const scene = await createScene(world);
    await converseAndEnd(scene);

    const job = await claim(scene);
    const running = await world.inspect(scene.sessionId);
    const stored = await world.summaries.finishSummaryJob(job, "They said hello.");
    const facts = await world.inspect(scene.sessionId);

    assertEquals([job.sessionId, job.endingNumber, job.attempt], [scene.sessionId, 1, 1]);
    assertEquals(job.messages.map(({ role }) => role), ["user", "assistant"]);
    assertEquals(running.summaryStatus, "running");
    assertEquals(stored, { stored: true });
    assertEquals([facts.summary, facts.summaryStatus], ["They said hello.", "done"]);
    assertEquals(facts.systemEvents.at(-1), "summarised");
  }],

  ["[K17] a job that is claimed or done is not given out again", async (world) => {
    const scene = await createScene(world);
    await converseAndEnd(scene);

    const job = await claim(scene);
    const second = await world.summaries.claimSummaryJob(scene.sessionId);
    await world.summaries.finishSummaryJob(job, "First");
    const third = await world.summaries.claimSummaryJob(scene.sessionId);
    const repeated = await world.summaries.finishSummaryJob(job, "Second");

    assertEquals([second, third, repeated], [null, null, { stored: false }]);
    assertEquals((await world.inspect(scene.sessionId)).summary, "First");
  }],

  ["[K17] two requests at once claim a job once", async (world) => {
    const scene = await createScene(world);
    await converseAndEnd(scene);

    const claims = await Promise.all([1, 2, 3].map(() => world.summaries.claimSummaryJob(scene.sessionId)));

    assertEquals(claims.filter((job) => job !== null).length, 1);
  }],

  ["a session without an ending has nothing to claim", async (world) => {
    const scene = await createScene(world);
    await lead(scene);

    assertEquals(await world.summaries.claimSummaryJob(scene.sessionId), null);
    assertEquals(await world.summaries.claimSummaryJob(crypto.randomUUID()), null);
  }],

  ["[K17] a summary of an earlier ending never replaces that of a later one", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await converseAndEnd(scene);
    const early = await claim(scene);
    await appendOk(scene, { epoch, seqFrom: 7, events: [userEvent(7)], end: BY_USER });
    const late = await claim(scene);
    await world.summaries.finishSummaryJob(late, "Late");

    const stored = await world.summaries.finishSummaryJob(early, "Early");

    const facts = await world.inspect(scene.sessionId);
    assertEquals([late.endingNumber, late.messages.length], [2, 3]);
    assertEquals(stored, { stored: false });
    assertEquals(facts.summary, "Late");
    assertEquals(facts.jobs.map(({ status }) => status), ["done", "done"]);
  }],

  ["a job that nobody had begun is given up for that of a later ending, and says so", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await converseAndEnd(scene);

    await appendOk(scene, { epoch, seqFrom: 7, events: [userEvent(7)], end: BY_USER });

    const { jobs } = await world.inspect(scene.sessionId);
    assertEquals(jobs.map(({ status, lastError }) => [status, lastError]), [
      ["failed", "Superseded by a later ending"],
      ["pending", jobs[1]?.lastError ?? null],
    ]);
  }],

  ["[R8] a failure is tried again with a growing wait, and then stated", async (world) => {
    const scene = await createScene(world);
    await converseAndEnd(scene);
    const statuses: string[] = [];

    for (let attempt = 1; attempt <= 8; attempt++) {
      const job = await claim(scene);
      assertEquals(job.attempt, attempt);
      await world.summaries.failSummaryJob(job, "The model is away");
      statuses.push((await world.inspect(scene.sessionId)).summaryStatus);
      assertEquals(await world.summaries.claimSummaryJob(scene.sessionId), null);
      await world.passTime(5_000 * 2 ** (attempt - 1) + 1_000);
      await world.sweep();
    }

    const facts = await world.inspect(scene.sessionId);
    assertEquals(statuses, [...Array(7).fill("pending"), "failed"]);
    assertEquals(facts.jobs, [{
      endingNumber: 1,
      status: "failed",
      attempts: 8,
      lastError: "The model is away",
    }]);
    assertEquals(facts.systemEvents.at(-1), "summary_failed");
  }],

  [
    "[R8] requests that are lost are repeated a bounded number of times, then the failure is stated",
    async (world) => {
      const scene = await createScene(world);
      await converseAndEnd(scene);

      for (let round = 0; round < 12; round++) {
        await world.passTime(600_000);
        await world.sweep();
      }

      const facts = await world.inspect(scene.sessionId);
      assertEquals([facts.summaryStatus, facts.jobs[0]?.status, facts.jobs[0]?.attempts], [
        "failed",
        "failed",
        8,
      ]);
      assert(facts.jobs[0]?.lastError);
    },
  ],

  ["[K17] a summarizer that died loses its claim to the next attempt", async (world) => {
    const scene = await createScene(world);
    await converseAndEnd(scene);
    const dead = await claim(scene);
    await world.passTime(120_001);

    const next = await claim(scene);
    const late = await world.summaries.finishSummaryJob(dead, "Late");
    const stored = await world.summaries.finishSummaryJob(next, "Next");

    assertEquals([late.stored, stored.stored], [false, true]);
    assertEquals((await world.inspect(scene.sessionId)).summary, "Next");
  }],
];
