/** Gives an invitation only to whoever was the first to be signed in with it: the next user of the tab has to bring it anew. */
import { useEffect, useRef } from "react";
import type { Invitation } from "./use-invitation.ts";

export function useOwnInvitation(invitation: Invitation | null, userId: string | null): Invitation | null {
  const holder = useRef<{ code: string; userId: string } | null>(null);
  if (invitation === null) holder.current = null;
  else if (userId !== null && holder.current === null) holder.current = { code: invitation.code, userId };
  const isTaken = invitation !== null && holder.current !== null && holder.current.code === invitation.code &&
    holder.current.userId !== userId;
  useEffect(() => {
    if (isTaken) invitation?.putAside();
  }, [isTaken, invitation]);
  return isTaken ? null : invitation;
}
