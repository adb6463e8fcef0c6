/** Which command does what; each has a file of its own. */
import type { InboxCommand } from "../store/session-store.ts";
import { approveTool } from "./commands/approve-tool.ts";
import { cancelTurn } from "./commands/cancel-turn.ts";
import { createMessage } from "./commands/create-message.ts";
import { endSession } from "./commands/end-session.ts";
import { provideInput } from "./commands/provide-input.ts";
import { regenerateMessage } from "./commands/regenerate-message.ts";
import type { Applied, Leading } from "./leading.ts";

/** Applies a command that the store has on record (K10). Changes the session before it first waits. */
export function applyCommand(leading: Leading, { command, targetTurnId }: InboxCommand): Promise<Applied> {
  if (leading.isEnding && command.type !== "turn.cancel" && command.type !== "session.end") {
    return leading.refuse(command.id, "session_ended");
  }
  switch (command.type) {
    case "message.create":
      return createMessage(leading, command);
    case "turn.cancel":
      return cancelTurn(leading, { commandId: command.id, turnId: targetTurnId });
    case "tool.approve":
      return approveTool(leading, command);
    case "input.provide":
      return provideInput(leading, command);
    case "message.regenerate":
      return regenerateMessage(leading, command);
    case "session.end":
      return endSession(leading, command.id);
  }
}
