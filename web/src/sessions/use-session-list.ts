/** The user's sessions as live state, for as long as somebody is signed in. */
import { useEffect, useState } from "react";
import { type LiveSessionList, sessionList } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { observeEnvironment } from "../client/observe-environment.ts";

/** `null` only before the first effect: a list that is closed cannot be opened again. */
export function useSessionList(database: Database): LiveSessionList | null {
  const [list, setList] = useState<LiveSessionList | null>(null);
  useEffect(() => {
    const opened = sessionList({ supabase: database, observeEnvironment });
    setList(opened);
    return () => opened.close();
  }, [database]);
  return list;
}
