/** A new invitation link, which is shown this once. */
import { useEffect, useRef, useState } from "react";
import { toInvitationLink } from "./invitation-code.ts";

export function InvitationLink({ code, onAnother }: { code: string; onAnother(): void }) {
  const link = toInvitationLink(code);
  const field = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);

  useEffect(() => field.current?.select(), []);

  async function copy(): Promise<void> {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(link);
      setOutcome("copied");
    } catch {
      // Without the permission, or without HTTPS; the text is selected for the keyboard.
      setOutcome("refused");
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
          {outcome === "copied" ? "Copied" : "Copy"}
        </button>
      </div>
      <p>
        {outcome === "refused"
          ? "The browser does not let this page copy: use the keyboard."
          : "Copy it now: it is not shown again."}{" "}
        <button type="button" className="link" onClick={onAnother}>Create another</button>
      </p>
      <span className="visually-hidden" role="status">{outcome === "copied" ? "Link copied" : ""}</span>
    </div>
  );
}
