/** Stops the turn of an answer when a signal says so: by its id, so that no other turn is stopped by mistake. */
import type { SessionClient } from "../session-client.ts";
import { isUndecided } from "../session-error.ts";
import type { SessionState } from "../session-state.ts";
import { type AnswerTarget, findAnswer } from "./answer-target.ts";
import { isAnswerOver } from "./is-answer-over.ts";
import { whenState } from "./when-state.ts";

export interface CancelOnAbortOptions {
  target: AnswerTarget;
  signal: AbortSignal | undefined;
  /** True when the abort comes from a chat that only starts to listen anew. */
  isSuperseded?(): boolean;
}

/** An answer that has not begun is stopped as soon as it does. */
export function cancelOnAbort(
  session: SessionClient,
  { target, signal, isSuperseded = () => false }: CancelOnAbortOptions,
): void {
  signal?.addEventListener("abort", () => {
    queueMicrotask(async () => {
      if (isSuperseded()) return;
      const found = await whenState(session, { select: (state) => findTurn(state, target) });
      if (found?.turnId !== undefined) session.cancel({ turnId: found.turnId });
    });
  }, { once: true });
}

/** `{}` when there is nothing left to stop. */
function findTurn(state: SessionState, target: AnswerTarget): { turnId?: string } | null {
  if (state.connection.status === "stopped") return {};
  const answer = findAnswer(state, target);
  if (!answer) return isOnItsWay(state, target) ? null : {};
  if (isAnswerOver(state, answer)) return {};
  const turnId = answer.metadata?.turnId;
  return turnId === undefined ? null : { turnId };
}

/** Refused commands leave nothing that could begin. */
function isOnItsWay({ messages, pending, lastError }: SessionState, target: AnswerTarget): boolean {
  if (!("replyTo" in target)) return lastError === null || isUndecided(lastError);
  return messages.some(({ id }) => id === target.replyTo) ||
    pending.some(({ command }) => command.id === target.replyTo);
}
