/** The user's sessions as live state, for as long as somebody is signed in. */
import { useEffect, useState } from "react";
import { type LiveSessionList, sessionList, type SessionListState } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { observeEnvironment } from "../observe-environment.ts";
import { useSessionState } from "../session/use-session-state.ts";

export interface SessionListHandle {
  list: LiveSessionList;
  state: SessionListState;
}

export function useSessionList(database: Database): SessionListHandle {
  const [list] = useState(() => sessionList({ supabase: database, observeEnvironment }));
  useEffect(() => () => list.close(), [list]);
  return { list, state: useSessionState(list) };
}
