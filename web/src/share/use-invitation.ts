/** The invitation this tab was opened with, until it has been accepted or put aside. */
import { useCallback, useEffect, useState } from "react";
import { forgetInvitationCode, takeInvitationCode } from "./invitation-code.ts";

export interface Invitation {
  code: string;
  putAside(): void;
}

export function useInvitation(): Invitation | null {
  const [code, setCode] = useState(takeInvitationCode);

  useEffect(() => {
    // A link that is pasted into an open tab changes the fragment only.
    const onHashChange = () => setCode(takeInvitationCode());
    addEventListener("hashchange", onHashChange);
    return () => removeEventListener("hashchange", onHashChange);
  }, []);

  const putAside = useCallback(() => {
    forgetInvitationCode();
    setCode(null);
  }, []);

  return code === null ? null : { code, putAside };
}
