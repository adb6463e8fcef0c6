/** Puts the turns that another leader has left unfinished back to where they were: in line, or waiting for their user. */
import type { TurnChange } from "../store/session-store.ts";
import { cutShort } from "./cut-short.ts";
import type { Leading } from "./leading.ts";
import type { History } from "./load-history.ts";

/** A turn that has brought down this many leaders is given up. */
const MAX_TURN_ATTEMPTS = 4;

export function restoreTurns(leading: Leading, { partialAnswers, openTurns }: History): void {
  // The one that was being written goes on before those in line.
  const isRunning = ({ status }: TurnChange) => Number(status === "running");
  for (const turn of openTurns.toSorted((left, right) => isRunning(right) - isRunning(left))) {
    const { turnId, messageId, userSeq, status, checkpoint, attempts = 1 } = turn;
    const place = { turnId, messageId, userSeq };
    const partial = partialAnswers.find((answer) => answer.turnId === turnId);
    if (status === "waiting") leading.waiting.add(place);
    else if (status === "queued") leading.queue.add({ ...place, decided: partial });
    else if (attempts > MAX_TURN_ATTEMPTS) cutShort(leading, { turn: place, partial, status: "interrupted" });
    else leading.queue.add({ ...place, inherited: partial, checkpoint });
  }
}
