/** The decisions a chat has taken about one answer, given one at a time: the server takes the next when it waits again. */
import { type DurableCommand, isToolPart, type Message } from "../protocol.ts";
import type { SessionClient } from "../session-client.ts";
import type { SessionState } from "../session-state.ts";
import type { ChatMessage } from "./chat-types.ts";

export class Decisions {
  readonly #session: SessionClient;
  readonly #given = new Set<string>();
  #open: { approvalId: string; approved: boolean; reason?: string }[];

  constructor(session: SessionClient, { parts }: ChatMessage) {
    this.#session = session;
    this.#open = parts.flatMap(({ state, approval }) => {
      if (state !== "approval-responded" || approval?.approved === undefined) return [];
      const { id: approvalId, approved, reason } = approval;
      return [{ approvalId, approved, ...(reason === undefined ? {} : { reason }) }];
    });
  }

  /** True already while the session takes the decision, which it may refuse at once. */
  isOwn(command: DurableCommand | null): boolean {
    return command?.type === "tool.approve" && this.#given.has(command.approvalId);
  }

  /** Gives the next decision `message` still waits for; `false` when there is none. */
  giveNext({ openApprovals }: SessionState, message: Message): boolean {
    const isAsked = (approvalId: string) =>
      openApprovals.some((approval) => approval.approvalId === approvalId) &&
      message.parts.some((part) => isToolPart(part) && part.approval?.id === approvalId);
    const decision = this.#open.find(({ approvalId }) => isAsked(approvalId));
    if (!decision) return false;
    this.#open = this.#open.filter((other) => other !== decision);
    const { approvalId, ...answer } = decision;
    this.#given.add(approvalId);
    this.#session.approve(approvalId, answer);
    return true;
  }
}
