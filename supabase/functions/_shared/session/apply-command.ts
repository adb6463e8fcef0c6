/** Which command does what; each has a file of its own. */
import type { InboxCommand } from "../store/session-store.ts";
import { approveTool } from "./commands/approve-tool.ts";
import { cancelTurn } from "./commands/cancel-turn.ts";
import { createMessage } from "./commands/create-message.ts";
import { endSession } from "./commands/end-session.ts";
import { provideInput } from "./commands/provide-input.ts";
import { regenerateMessage } from "./commands/regenerate-message.ts";
import type { Applied, Leader } from "./leader.ts";

/** Applies a command that the store has on record (K10). Changes the session before it first waits. */
export function applyCommand(leader: Leader, { command, targetTurnId }: InboxCommand): Promise<Applied> {
  switch (command.type) {
    case "message.create":
      return createMessage(leader, command);
    case "turn.cancel":
      return cancelTurn(leader, { commandId: command.id, turnId: targetTurnId });
    case "tool.approve":
      return approveTool(leader, command);
    case "input.provide":
      return provideInput(leader, command);
    case "message.regenerate":
      return regenerateMessage(leader, command);
    case "session.end":
      return endSession(leader, command.id);
  }
}
