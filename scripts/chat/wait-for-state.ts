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

/**
 * Nothing is under way: every command is done with, and no answer is being written. Only a session that is live and has
 * brought back everything can say so.
 */
export function isSettled(
  { connection, isCaughtUp, pending, isAnswerExpected, activeTurn }: SessionState,
): boolean {
  const isResting = activeTurn === null || activeTurn.status === "waiting";
  return connection.status === "live" && isCaughtUp && pending.length === 0 && !isAnswerExpected && isResting;
}
