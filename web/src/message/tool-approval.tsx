/** Asks the user whether a tool may run. */
import { useState } from "react";
import type { SessionClient, SessionState, ToolPart } from "../client/mod.ts";
import { toolNameOf } from "../client/mod.ts";
import { useSessionState } from "../session/use-session-state.ts";
import { toArgumentLine } from "./to-tool-summary.ts";

export function ToolApproval({ part, client }: { part: ToolPart; client: SessionClient }) {
  const state = useSessionState(client);
  const [choice, setChoice] = useState<boolean | null>(null);
  const approvalId = part.approval?.id;
  if (approvalId === undefined) return null;

  // A decision that the server refused leaves it open.
  const isDecided = !isOpen(state, approvalId);
  const decision = isDecided ? choice : null;

  function decide(approved: boolean): void {
    if (approvalId === undefined || !isOpen(client.state, approvalId)) return;
    setChoice(approved);
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
          disabled={isDecided}
          onClick={() => decide(true)}
        >
          {decision === true ? "Approved" : "Approve"}
        </button>
        <button type="button" className="button" disabled={isDecided} onClick={() => decide(false)}>
          {decision === false ? "Denied" : "Deny"}
        </button>
      </div>
    </div>
  );
}

function isOpen({ openApprovals }: SessionState, approvalId: string): boolean {
  return openApprovals.some((approval) => approval.approvalId === approvalId);
}
