/** Goes on with the turns that wait for nothing but the user's token, once a socket has brought one (K14). */
import { openApprovals } from "../turn/settle-approvals.ts";
import { goOn } from "./go-on.ts";
import type { Leading } from "./leading.ts";

export function resumeTurns(leading: Leading): void {
  const { waiting, transcript, ports } = leading;
  if (leading.isEnding || ports.accessToken() === null) return;
  for (const turn of waiting.all()) {
    const answer = transcript.find(turn.messageId);
    if (!answer || openApprovals(answer).length > 0) continue;
    goOn(leading, { turn, answer }).catch(() => {});
  }
}
