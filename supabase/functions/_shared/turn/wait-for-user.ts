/** Pauses a turn whose tools cannot run, because no socket of the user has brought a token that is still valid (K14). */
import type { TurnContext } from "./turn-context.ts";

const SIGN_IN_REQUIRED = {
  code: "sign_in_required",
  message: "This step acts in your name. It goes on when you open the conversation again.",
};

export async function waitForUser(context: TurnContext): Promise<{ isWaiting: true }> {
  if (context.isNews(SIGN_IN_REQUIRED)) await context.emit([{ type: "data-notice", data: SIGN_IN_REQUIRED }]);
  return { isWaiting: true };
}
