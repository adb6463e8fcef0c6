/** Runs one turn of the queue and commits its end: closing chunks, finished message, status and usage in one batch. */
import { logError } from "../base/log-error.ts";
import { toDraft } from "../protocol/mod.ts";
import { Answer } from "../turn/answer.ts";
import type { BatchContent } from "./batch-draft.ts";
import { runTurn, type TurnResult } from "../turn/run-turn.ts";
import { TurnStop } from "../turn/turn-stop.ts";
import { cutShort } from "./cut-short.ts";
import type { Leading } from "./leading.ts";
import { resumeTurns } from "./resume-turns.ts";
import { toEmptyAnswer } from "./to-empty-answer.ts";
import { toMessageEvent } from "./to-message-event.ts";
import type { QueuedTurn } from "./turn-queue.ts";

/** An empty token fails like an expired one; tools then tell that the user has to sign in again. */
const NO_TOKEN = "";
/** The longest a turn may take, tools and all. */
const TURN_TIMEOUT_MS = 10 * 60_000;

export async function runQueuedTurn(
  leading: Leading,
  { turn, signal }: { turn: QueuedTurn; signal: AbortSignal },
): Promise<void> {
  const { writer, transcript, ports, queue } = leading;
  const { turnId, messageId, userSeq, decided, inherited } = turn;
  const place = { turnId, messageId };
  const asked = transcript.at(userSeq);
  const answer = new Answer((inherited ?? decided)?.draft ?? toDraft(toEmptyAnswer(turn, leading)));
  const takeBack = ports.clock.schedule(TURN_TIMEOUT_MS, () => queue.stop(turnId, "timeout"));
  let seqFrom = (inherited ?? decided)?.seqFrom ?? null;
  let isBegun = false;
  let checkpoint = turn.checkpoint;
  try {
    // What was decided, and that this worker leads, is on record before a tool runs (K12).
    if (decided) await writer.flush();
    const result = await runTurn({
      turnId,
      transcript: transcript.upTo(asked?.id ?? messageId),
      answer,
      isDecided: decided !== undefined,
      isInherited: inherited !== undefined,
      checkpoint: turn.checkpoint,
      signal,
    }, {
      ...ports,
      database: ports.openUserDatabase(() => ports.accessToken() ?? NO_TOKEN),
      canActAsUser: () => ports.accessToken() !== null,
      write(chunks, reached) {
        const isNews = !isBegun || (reached === null ? checkpoint !== undefined : reached !== undefined);
        if (!isNews) return writer.writeChunks(chunks, place);
        isBegun = true;
        seqFrom ??= writer.nextSeq;
        if (reached !== undefined) checkpoint = reached ?? undefined;
        const change: Partial<BatchContent> = {
          turns: [{ turnId, messageId, userSeq, status: "running", ...(checkpoint ? { checkpoint } : {}) }],
        };
        return chunks.length === 0
          ? writer.write(change)
          : writer.writeChunks(chunks, { ...place, change: () => change });
      },
    });
    await finish(leading, { turn, result, seqFrom: seqFrom ?? writer.nextSeq });
    // The token it waits for may have come while it was being put to wait.
    if (result.status === "waiting") resumeTurns(leading);
  } catch (error) {
    if (error instanceof TurnStop) return;
    logError("turn_broken", { error });
    // Nobody else ends it while this worker leads.
    const partial = seqFrom === null ? undefined : { turnId, seqFrom, draft: answer.draft() };
    cutShort(leading, { turn, partial, status: "interrupted" });
  } finally {
    takeBack();
  }
}

function finish(
  leading: Leading,
  { turn, result, seqFrom }: { turn: QueuedTurn; result: TurnResult; seqFrom: number },
): Promise<void> {
  const { turnId, messageId, userSeq } = turn;
  const { closing, message, status, usage } = result;
  leading.transcript.put(message, seqFrom);
  if (status === "waiting") leading.waiting.add(turn);
  return leading.writer.writeChunks(closing, {
    turnId,
    messageId,
    change: (seq) => ({
      events: [toMessageEvent(message, { turnId, seqFrom, seqTo: seq + closing.length - 1 })],
      turns: [{ turnId, messageId, userSeq, status }],
      usage,
    }),
  });
}
