/** The snapshot of a session, at most once per painted frame however fast tokens come. */
import { useEffect, useState } from "react";
import type { SessionClient, SessionState } from "../client/mod.ts";

export function useSessionState(client: SessionClient): SessionState {
  const [state, setState] = useState(client.state);

  useEffect(() => {
    let scheduled = 0;
    const update = () => {
      scheduled = 0;
      setState(client.state);
    };
    const unsubscribe = client.subscribe(() => scheduled ||= requestAnimationFrame(update));
    update();
    return () => {
      unsubscribe();
      cancelAnimationFrame(scheduled);
    };
  }, [client]);

  return state;
}
