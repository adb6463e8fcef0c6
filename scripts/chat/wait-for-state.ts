/** Waits until a session is as wanted. */
import type { SessionClient, SessionState } from "../../web/src/client/mod.ts";

/** @throws Error when the session stops first, with the reason. */
export function waitForState(
  session: SessionClient,
  isWanted: (state: SessionState) => boolean,
): Promise<SessionState> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const { state } = session;
      if (isWanted(state)) return settle(() => resolve(state));
      const { connection } = state;
      if (connection.status === "stopped") {
        settle(() => reject(new Error(`${connection.reason} (${connection.code})`)));
      }
    };
    const unsubscribe = session.subscribe(check);
    const settle = (end: () => void) => {
      unsubscribe();
      end();
    };
    check();
  });
}

/** Nothing is under way: the command `id` is done with, and no answer is being written. */
export function isSettled(state: SessionState, id: string): boolean {
  const isPending = state.pending.some(({ command }) => command.id === id);
  const { activeTurn } = state;
  return !isPending && !state.isAnswerExpected && (activeTurn === null || activeTurn.status === "waiting");
}
