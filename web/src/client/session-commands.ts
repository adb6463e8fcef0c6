/** What can be done in a session, whichever way the commands go. */
import type { DurableCommand, OnBusy } from "./protocol.ts";

export abstract class SessionCommands {
  /** Puts a command on its way; returns its id. */
  protected abstract submit(command: DurableCommand): string;
  /** A UUID. */
  protected abstract createId(): string;
  protected abstract get activeTurnId(): string | undefined;

  /**
   * Says something. While an answer is being written it waits its turn, unless `onBusy` says otherwise. `id`, a UUID,
   * becomes the id of the message.
   */
  send(text: string, { onBusy = "queue", id }: { onBusy?: OnBusy; id?: string } = {}): string {
    return this.submit({ type: "message.create", id: id ?? this.createId(), text, onBusy });
  }

  /** Stops the answer being written, or the one of `turnId`; the text so far stays. */
  cancel({ turnId = this.activeTurnId }: { turnId?: string } = {}): string {
    const id = this.createId();
    return this.submit({ type: "turn.cancel", id, ...(turnId === undefined ? {} : { turnId }) });
  }

  /** Answers an entry of `state.openApprovals`. */
  approve(approvalId: string, decision: { approved: boolean; reason?: string }): string {
    return this.submit({ type: "tool.approve", id: this.createId(), approvalId, ...decision });
  }

  /** Answers `state.openQuestion`; `null` declines. */
  provideInput(interruptId: string, values: Record<string, string | number | boolean> | null): string {
    const answer = values === null ? { declined: true as const } : { values };
    return this.submit({ type: "input.provide", id: this.createId(), interruptId, ...answer });
  }

  /** Asks for the last answer again. */
  regenerate(messageId: string): string {
    return this.submit({ type: "message.regenerate", id: this.createId(), messageId });
  }

  /** Ends the session for everybody; its summary follows. */
  end(): string {
    return this.submit({ type: "session.end", id: this.createId() });
  }
}
