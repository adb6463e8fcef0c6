/** A new invitation link, which is shown this once. */
import { useEffect, useRef, useState } from "react";
import { toInvitationLink } from "./invitation-code.ts";

export function InvitationLink({ code, onAnother }: { code: string; onAnother(): void }) {
  const link = toInvitationLink(code);
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, setIsCopied] = useState(false);

  useEffect(() => field.current?.select(), []);

  async function copy(): Promise<void> {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(link);
      setIsCopied(true);
    } catch {
      // Without the permission, or without HTTPS, the text is selected for the keyboard.
    }
  }

  return (
    <div className="invitation-link" role="group" aria-label="The new invitation link">
      <div className="invitation-link-row">
        <input
          ref={field}
          readOnly
          value={link}
          aria-label="Invitation link"
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" className="button button-primary" onClick={() => void copy()}>
          {isCopied ? "Copied" : "Copy"}
        </button>
      </div>
      <p>
        Copy it now: it is not shown again.{" "}
        <button type="button" className="link" onClick={onAnother}>Create another</button>
      </p>
      <span className="visually-hidden" role="status">{isCopied ? "Link copied" : ""}</span>
    </div>
  );
}
