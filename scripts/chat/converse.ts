/** Talks through a session: one message, or line after line. */
import { ERROR_CODES, type OpenApproval, type SessionClient } from "../../web/src/client/mod.ts";
import type { AnswerPrinter } from "./answer-printer.ts";
import type { LineReader } from "./line-reader.ts";
import type { TextStyle } from "./text-style.ts";
import { isSettled, waitForState } from "./wait-for-state.ts";

export interface Conversation {
  session: SessionClient;
  printer: AnswerPrinter;
  style: TextStyle;
  lines: LineReader;
  /** `null` to read lines until they end. */
  text: string | null;
  /** For what is not the answer. */
  tell(text: string): void;
  /** No prompt and no greeting: the output goes to a program. */
  isQuiet: boolean;
}

export async function converse(conversation: Conversation): Promise<"done" | "failed"> {
  const { session, printer, style, lines, text, tell, isQuiet } = conversation;
  const state = await waitForState(
    session,
    ({ connection, isCaughtUp }) => connection.status === "live" && isCaughtUp,
  );
  printer.skip(state);
  session.subscribe(() => printer.print(session.state));
  tellConnection(conversation);
  if (text !== null) return await ask(conversation, text);

  if (!isQuiet) {
    tell(style.dim(`session ${state.sessionId}${state.mode === "simulated" ? ", simulated model" : ""}`));
  }
  for (;;) {
    if (!isQuiet) prompt(style);
    const line = await lines.next();
    if (line === null) return "done";
    if (line.trim() !== "") await ask(conversation, line.trim());
  }
}

async function ask(conversation: Conversation, text: string): Promise<"done" | "failed"> {
  const { session, printer, tell } = conversation;
  let id = session.send(text);
  for (;;) {
    const state = await waitForState(session, (current) => isSettled(current, id));
    printer.breakLine();
    const { lastError } = state;
    if (lastError?.command?.id === id) {
      tell(lastError.error.message);
      return "failed";
    }
    const [approval] = state.openApprovals;
    if (!approval) return outcomeOf(conversation);
    id = await decide(conversation, approval);
  }
}

async function decide(
  { session, lines, style, tell }: Conversation,
  approval: OpenApproval,
): Promise<string> {
  const { approvalId, toolName, input } = approval;
  tell(style.bold(`Allow ${toolName} with ${JSON.stringify(input)}? [y/N]`));
  const answer = await lines.next();
  const approved = /^\s*y(es)?\s*$/i.test(answer ?? "");
  return session.approve(approvalId, { approved });
}

function outcomeOf({ session, tell }: Conversation): "done" | "failed" {
  const last = session.state.messages.at(-1);
  const status = last?.metadata?.status;
  if (status !== "failed" && status !== "interrupted") return "done";
  const code = last?.metadata?.errorCode ?? (status === "interrupted" ? "turn_interrupted" : "internal");
  const known = Object.entries(ERROR_CODES).find(([name]) => name === code);
  tell(known?.[1].message ?? ERROR_CODES.internal.message);
  return "failed";
}

function tellConnection({ session, tell, style }: Conversation): void {
  let wasLive = true;
  session.subscribe(() => {
    const isLive = session.state.connection.status === "live";
    if (!isLive && wasLive && session.state.connection.status === "reconnecting") {
      tell(style.dim("connection lost, reconnecting"));
    }
    if (isLive !== wasLive) wasLive = isLive;
  });
}

function prompt({ accent }: TextStyle): void {
  Deno.stdout.writeSync(new TextEncoder().encode(accent("> ")));
}
