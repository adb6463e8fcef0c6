/** Compares what every tab ended with to the log, the log to what was sent and answered, and effects to approvals. */
import { textOf } from "../../../functions/_shared/protocol/mod.ts";
import type { ChaosWorld } from "../chaos-world.ts";
import type { Conversation } from "../conversation.ts";
import { holdsWithin, persist } from "../patience.ts";
import { checkEffects } from "./check-effects.ts";
import { compareAnswer } from "./compare-answer.ts";
import { compareWatcher } from "./compare-watcher.ts";
import { type Log, readLog } from "./read-log.ts";

/** Faults go on meanwhile; a watcher may be on its way back. */
const PATIENCE_MS = 60_000;

export async function checkSession(world: ChaosWorld, conversation: Conversation): Promise<void> {
  const { sessionId, tabs, audience } = conversation;
  const watchers = [...tabs, ...audience];
  const { tally } = world;
  let log = await readLog(world, sessionId);
  await holdsWithin(PATIENCE_MS, async () => {
    for (const watcher of watchers) watcher.hurry();
    log = await readLog(world, sessionId);
    return isWhole(log) && watchers.every((watcher) => compareWatcher(watcher.messages(), log).length === 0);
  });

  for (const watcher of watchers) {
    for (const { harm, what } of compareWatcher(watcher.messages(), log)) {
      tally.harm(harm, `${watcher.describe()} of ${sessionId}: ${what}`);
    }
    tally.count("messages compared", log.messages.length);
  }
  if (!isWhole(log)) tally.harm("lost", `the log of ${sessionId} has holes before ${log.lastSeq}`);
  await checkQuestions(world, { conversation, log });
  checkAnswers(world, { conversation, log });
  await checkEffects(world, { conversation, log });
}

/** R2: messages cover every seq of a session in which nothing runs. */
function isWhole({ messages, lastSeq }: Log): boolean {
  const ends = messages.map(({ seqTo }) => seqTo);
  return Math.max(0, ...ends) === lastSeq;
}

/** R5: each message that was sent is in the log once; those of one tab in the order in which they were sent. */
async function checkQuestions(
  { tally, sql }: ChaosWorld,
  { conversation, log }: { conversation: Conversation; log: Log },
): Promise<void> {
  const { sessionId, sent } = conversation;
  for (const { id, prompt } of sent) {
    const count = log.questionIds.filter((logged) => logged === id).length;
    if (count === 0) tally.harm("lost", `"${prompt.text}" (${id}) of ${sessionId} is not in the log`);
    if (count > 1) {
      tally.harm("doubled", `"${prompt.text}" (${id}) of ${sessionId} is in the log ${count} times`);
    }
  }
  for (const watcher of new Set(sent.map((entry) => entry.watcher))) {
    const ids = sent.filter((entry) => entry.watcher === watcher && !entry.isDoubled).map(({ id }) => id);
    const logged = log.questionIds.filter((id) => ids.includes(id));
    const isOrdered = logged.every((id, index) =>
      index === 0 || ids.indexOf(logged[index - 1]!) <= ids.indexOf(id)
    );
    if (isOrdered) continue;
    const submitted = await persist(() =>
      sql`select command_id, id, submitted_at, acked_at, seq from private.commands
          where session_id = ${sessionId} and command_id = any (${ids}) order by id`
    );
    tally.harm("reordered", `questions ${ids} of ${watcher} in ${sessionId}: ${JSON.stringify(submitted)}`);
  }
}

function checkAnswers(
  { tally }: ChaosWorld,
  { conversation, log }: { conversation: Conversation; log: Log },
): void {
  const { sessionId, sent } = conversation;
  for (const { id, prompt } of sent) {
    const answers = log.messages.filter(({ message }) => message.metadata?.replyTo === id);
    if (answers.length === 0) tally.harm("lost", `the answer to "${prompt.text}" (${id}) of ${sessionId}`);
    if (answers.length > 1) tally.harm("doubled", `the answer to "${prompt.text}" (${id}) of ${sessionId}`);
    for (const { message } of answers) {
      tally.count("tokens compared", textOf(message).split(" ").length);
      for (const { harm, what } of compareAnswer(prompt, message)) {
        tally.harm(harm, `answer ${message.id} (${message.metadata?.status}) of ${sessionId}: ${what}`);
      }
    }
  }
}
