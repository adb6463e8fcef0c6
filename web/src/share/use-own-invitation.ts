/** Gives an invitation only to whoever was the first to be signed in with it: the next user of the tab has to bring it anew. */
import { useEffect, useRef } from "react";
import type { Invitation } from "./use-invitation.ts";

export function useOwnInvitation(invitation: Invitation | null, userId: string | null): Invitation | null {
  const holder = useRef<{ code: string; userId: string } | null>(null);
  const code = invitation?.code ?? null;
  if (code === null) holder.current = null;
  // Another link may be pasted into the tab while the first is still open.
  else if (userId !== null && holder.current?.code !== code) holder.current = { code, userId };
  const isTaken = holder.current !== null && holder.current.code === code && holder.current.userId !== userId;
  useEffect(() => {
    if (isTaken) invitation?.putAside();
  }, [isTaken, invitation]);
  return isTaken ? null : invitation;
}
