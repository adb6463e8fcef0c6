/** Tells that a new summary has been looked at, which a tab in the background does not do. */
import { useEffect } from "react";
import type { SessionRow } from "./session-row.ts";

export function useSummarySeen(row: SessionRow | null, onSeen: (sessionId: string) => void): void {
  const unseenId = row?.summary_status === "done" && !row.summary_read ? row.session_id : null;
  useEffect(() => {
    if (unseenId === null) return;
    const look = () => {
      if (document.visibilityState === "visible") onSeen(unseenId);
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [unseenId, onSeen]);
}
