/** Everything about who may watch a session: invite, see who came, take back. */
import { useState } from "react";
import { type CreatedShare, revokeShare } from "../client/mod.ts";
import type { Database } from "../database.ts";
import { Dialog } from "../dialog.tsx";
import { InvitationForm } from "./invitation-form.tsx";
import { InvitationLink } from "./invitation-link.tsx";
import { ShareList } from "./share-list.tsx";
import { toRequestMessage } from "./to-request-message.ts";
import { useShares } from "./use-shares.ts";

export interface ShareDialogProps {
  database: Database;
  sessionId: string;
  onClose(): void;
  /** An invitation was made or taken back. */
  onChanged(): void;
}

export function ShareDialog({ database, sessionId, onClose, onChanged }: ShareDialogProps) {
  const shares = useShares(database, sessionId);
  const [created, setCreated] = useState<CreatedShare | null>(null);
  const [problem, setProblem] = useState("");

  async function revoke(shareId: string): Promise<void> {
    setProblem("");
    try {
      await revokeShare(database, shareId);
      if (created?.shareId === shareId) setCreated(null);
      onChanged();
    } catch (error) {
      setProblem(toRequestMessage(error));
    }
    shares.refresh();
  }

  return (
    <Dialog title="Share this session" onClose={onClose}>
      <p className="dialog-lead">
        Whoever opens an invitation link and signs in can watch this session live, from its beginning. They
        cannot write in it.
      </p>
      {created
        ? <InvitationLink key={created.shareId} code={created.code} onAnother={() => setCreated(null)} />
        : (
          <InvitationForm
            {...{ database, sessionId }}
            onCreated={(share) => {
              setCreated(share);
              shares.refresh();
              onChanged();
            }}
          />
        )}
      <ShareList shares={shares} onRevoke={revoke} />
      <p className="form-message" role="alert">{problem}</p>
    </Dialog>
  );
}
