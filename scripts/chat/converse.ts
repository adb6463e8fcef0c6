/** Talks through a session: one message, or line after line. */
import {
  ERROR_CODES,
  type OpenApproval,
  type SessionClient,
  type SessionState,
} from "../../web/src/client/mod.ts";
import type { AnswerPrinter } from "./answer-printer.ts";
import { isOver } from "./is-over.ts";
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
  // The one answer that is asked for comes alone; a conversation goes on with what is under way.
  printer.skip(text === null ? state.messages.filter(isOver) : state.messages);
  if (text === null && !isQuiet) {
    tell(style.dim(`session ${state.sessionId}${state.mode === "simulated" ? ", simulated model" : ""}`));
  }
  session.subscribe(() => printer.print(session.state));
  printer.print(state);
  tellConnection(conversation);
  if (text !== null) return await follow(conversation, session.send(text));

  if (!isSettled(state) || state.openApprovals.length > 0) await follow(conversation, null);
  for (;;) {
    if (!isQuiet) prompt(style);
    const line = await lines.next();
    if (line === null) return "done";
    if (line.trim() !== "") await follow(conversation, session.send(line.trim()));
  }
}

/** Waits until nothing is under way, and asks what has to be asked. `commandId` is what began it, if that was done here. */
async function follow(conversation: Conversation, commandId: string | null): Promise<"done" | "failed"> {
  const { session, printer, tell } = conversation;
  let id = commandId;
  for (;;) {
    const state = await waitForState(session, isSettled);
    printer.breakLine();
    const { lastError } = state;
    if (lastError?.command && lastError.command.id === id) {
      tell(lastError.error.message);
      return "failed";
    }
    const isOwn = ({ messageId }: OpenApproval) =>
      commandId !== null && replyToOf(state, messageId) === commandId;
    const approval = state.openApprovals.find(isOwn) ?? state.openApprovals[0];
    if (!approval) return outcomeOf(conversation);
    const isApproved = await decide(conversation, approval);
    // Nobody is there: what was begun here is not done, what others began stays open for whoever comes.
    if (isApproved === null && !isOwn(approval)) return outcomeOf(conversation);
    id = session.approve(approval.approvalId, { approved: isApproved === true });
  }
}

function replyToOf({ messages }: SessionState, messageId: string): string | undefined {
  return messages.find(({ id }) => id === messageId)?.metadata?.replyTo;
}

/** Resolves to `null` when there is nobody to answer. */
async function decide(
  { lines, style, tell }: Conversation,
  { toolName, input }: OpenApproval,
): Promise<boolean | null> {
  tell(style.bold(`Allow ${toolName} with ${JSON.stringify(input)}? [y/N]`));
  const answer = await lines.next();
  return answer === null ? null : /^\s*y(es)?\s*$/i.test(answer);
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
