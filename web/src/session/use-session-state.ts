/** The snapshot of a session, at most once per painted frame however fast tokens come. */
import { useEffect, useState } from "react";

export interface Observable<State> {
  readonly state: State;
  subscribe(listener: () => void): () => void;
}

export function useSessionState<State>(session: Observable<State>): State {
  const [state, setState] = useState(session.state);

  useEffect(() => {
    let scheduled = 0;
    const update = () => {
      scheduled = 0;
      setState(session.state);
    };
    const unsubscribe = session.subscribe(() => scheduled ||= requestAnimationFrame(update));
    update();
    return () => {
      unsubscribe();
      cancelAnimationFrame(scheduled);
    };
  }, [session]);

  return state;
}
