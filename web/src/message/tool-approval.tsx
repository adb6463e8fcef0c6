/** Asks the user whether a tool may run. */
import { useState } from "react";
import type { SessionClient, ToolPart } from "../client/mod.ts";
import { toolNameOf } from "../client/mod.ts";
import { toArgumentLine } from "./to-tool-summary.ts";

export function ToolApproval({ part, client }: { part: ToolPart; client: SessionClient }) {
  const [decision, setDecision] = useState<boolean | null>(null);
  const approvalId = part.approval?.id;
  if (approvalId === undefined) return null;

  function decide(approved: boolean): void {
    if (approvalId === undefined || decision !== null) return;
    setDecision(approved);
    client.approve(approvalId, { approved });
  }

  return (
    <div className="ask" role="group" aria-label={`Approval for ${toolNameOf(part)}`}>
      <p className="ask-question">
        Allow <code>{toolNameOf(part)}</code> with <code>{toArgumentLine(part)}</code>?
      </p>
      <div className="ask-actions">
        <button
          type="button"
          className="button button-primary"
          disabled={decision !== null}
          onClick={() => decide(true)}
        >
          {decision === true ? "Approved" : "Approve"}
        </button>
        <button type="button" className="button" disabled={decision !== null} onClick={() => decide(false)}>
          {decision === false ? "Denied" : "Deny"}
        </button>
      </div>
    </div>
  );
}
