/** Opens the dialog that invites others to watch. */
import { useState } from "react";
import type { Database } from "../database.ts";
import { Icon } from "../icon.tsx";
import { ShareDialog } from "./share-dialog.tsx";

export interface ShareButtonProps {
  database: Database;
  sessionId: string;
  onChanged?(): void;
}

export function ShareButton({ database, sessionId, onChanged = () => {} }: ShareButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button type="button" className="button button-small share-button" onClick={() => setIsOpen(true)}>
        <Icon name="share" size={15} /> <span className="only-wide">Share</span>
      </button>
      {isOpen && <ShareDialog {...{ database, sessionId, onChanged }} onClose={() => setIsOpen(false)} />}
    </>
  );
}
