/** What can be done in a session, whichever way the commands go. */
import { checkCommand } from "./check-command.ts";
import type { DurableCommand, OnBusy, WireError } from "./protocol.ts";

export abstract class SessionCommands {
  /** Takes an entry out of `state.refused`: its text is sent again as another message, or not wanted any more. */
  abstract dismiss(commandId: string): void;
  /** Puts a command on its way. */
  protected abstract submit(command: DurableCommand): void;
  /** Tells why a command is not put on its way. */
  protected abstract refuse(command: DurableCommand, error: WireError): void;
  /** A UUID. */
  protected abstract createId(): string;
  protected abstract get activeTurnId(): string | undefined;

  /**
   * Says something. While an answer is being written it waits its turn, unless `onBusy` says otherwise. `id`, a UUID,
   * becomes the id of the message.
   */
  send(text: string, { onBusy = "queue", id }: { onBusy?: OnBusy; id?: string } = {}): string {
    return this.#give({ type: "message.create", id: id ?? this.createId(), text, onBusy });
  }

  /** Stops the answer being written, or the one of `turnId`; the text so far stays. */
  cancel({ turnId = this.activeTurnId }: { turnId?: string } = {}): string {
    const id = this.createId();
    return this.#give({ type: "turn.cancel", id, ...(turnId === undefined ? {} : { turnId }) });
  }

  /** Answers an entry of `state.openApprovals`. */
  approve(approvalId: string, decision: { approved: boolean; reason?: string }): string {
    return this.#give({ type: "tool.approve", id: this.createId(), approvalId, ...decision });
  }

  /** Answers `state.openQuestion`; `null` declines. */
  provideInput(interruptId: string, values: Record<string, string | number | boolean> | null): string {
    const answer = values === null ? { declined: true as const } : { values };
    return this.#give({ type: "input.provide", id: this.createId(), interruptId, ...answer });
  }

  /** Asks for the last answer again. */
  regenerate(messageId: string): string {
    return this.#give({ type: "message.regenerate", id: this.createId(), messageId });
  }

  /** Ends the session for everybody; its summary follows. */
  end(): string {
    return this.#give({ type: "session.end", id: this.createId() });
  }

  /** Returns the id of the command. */
  #give(command: DurableCommand): string {
    const error = checkCommand(command);
    if (error) this.refuse(command, error);
    else this.submit(command);
    return command.id;
  }
}
