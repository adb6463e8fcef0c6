/** What listeners ask for: recorded first, then applied by whoever leads (K10). */
import { logError } from "../base/log-error.ts";
import type { DurableCommand } from "../protocol/mod.ts";
import { TurnStop } from "../turn/turn-stop.ts";
import type { Leader } from "./leader.ts";
import type { Listener } from "./listener.ts";
import type { Listeners } from "./listeners.ts";
import { reply } from "./reply.ts";
import { replySettled } from "./reply-settled.ts";
import type { Role } from "./role.ts";
import type { SessionPorts } from "./session-ports.ts";
import { submitPatiently } from "./submit-patiently.ts";
import { tellOutcome } from "./tell-outcome.ts";

export interface SubmissionsPorts extends SessionPorts {
  sessionId: string;
  listeners: Listeners;
  role(): Promise<Role>;
  /** The one that leads here now, if it is known without waiting. */
  leader(): Leader | null;
}

export class Submissions {
  readonly #ports: SubmissionsPorts;

  constructor(ports: SubmissionsPorts) {
    this.#ports = ports;
  }

  /** Records a command, applies it where this worker leads, and tells the sender. @throws StoreError */
  async submit(command: DurableCommand, listener: Listener): Promise<void> {
    const { userId } = listener.credentials;
    const { sessionId, listeners } = this.#ports;
    const asked = this.#ports.role();
    // On record with what it means here, so that a repetition and the next leader mean the same turn (K11).
    const aimed = aimedAt(command, this.#ports.leader()?.nextToStop(command) ?? null);
    const submitted = await submitPatiently(this.#ports, { sessionId, userId, command: aimed });
    const { duplicate, targetTurnId } = submitted;
    if (submitted.settled) {
      const onEnded = () => listeners.endFor(listener);
      return replySettled(listener, { command, duplicate, applied: submitted, onEnded });
    }
    const role = await this.#ports.role();
    if (role.kind === "follower") role.follower.expectNews();
    if (role.kind === "leader") await role.leader.inboxRead;
    // A worker that has come to lead meanwhile cannot know who has applied it by now; its inbox does (R5).
    if (role.kind !== "leader" || asked !== this.#ports.role()) {
      if (role.kind === "leader") role.leader.readInbox();
      return this.#leaveToLeader(command, { duplicate, listener });
    }
    const target = targetTurnId ?? (duplicate ? null : role.leader.nextToStop(command));
    role.leader.apply({ command, userId, targetTurnId: target }).then(
      (applied) => reply(listener, { command, duplicate, applied }),
      (error) => {
        // Without the lease the command stays in the inbox, and the next leader applies it.
        if (error instanceof TurnStop) return this.#leaveToLeader(command, { duplicate, listener });
        logError("command_broken", { command: command.type, error });
        reply(listener, { command, duplicate, applied: { seq: null, refusal: "internal" } });
      },
    );
  }

  #leaveToLeader(
    command: DurableCommand,
    { duplicate, listener }: { duplicate: boolean; listener: Listener },
  ): void {
    reply(listener, { command, duplicate, applied: { seq: null, refusal: null } });
    const { sessionId, listeners } = this.#ports;
    const isListening = () => listeners.has(listener);
    const onEnded = () => listeners.endFor(listener);
    tellOutcome(this.#ports, { sessionId, command, listener, isListening, onEnded });
  }
}

function aimedAt(command: DurableCommand, turnId: string | null): DurableCommand {
  return command.type === "turn.cancel" && turnId !== null ? { ...command, turnId } : command;
}
