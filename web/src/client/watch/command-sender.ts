/** Sends commands without a socket: in order, again under the same id until they are on record, and asks what became of them (R5). */
import { backoffMs } from "../backoff.ts";
import { type Answer, askRpc } from "../channels/ask-supabase.ts";
import type { SupabasePort } from "../channels/supabase-port.ts";
import type { SessionPorts } from "../ports.ts";
import {
  type DurableCommand,
  ERROR_CODES,
  type ErrorCode,
  type SentCommand,
  sentCommandSchema,
  toWireError,
  type WireError,
} from "../protocol.ts";

/** When a command on record is first asked after; then half as often each time. */
const ASK_AFTER_MS = 500;
const ASK_AFTER_AT_MOST_MS = 8_000;

export interface CommandSenderOptions {
  supabase: SupabasePort;
  sessionId: string;
  ports: Pick<SessionPorts, "clock" | "random">;
  /** It is on record and will be applied once. */
  onRecorded(command: DurableCommand): void;
  /** Its effect is in the log. */
  onSettled(command: DurableCommand): void;
  onRefused(command: DurableCommand, error: WireError): void;
}

export class CommandSender {
  readonly #options: CommandSenderOptions;
  readonly #waiting: DurableCommand[] = [];
  #isSending = false;
  /** The server is away: everything waits for one next attempt. */
  #isResting = false;
  #isStopped = false;
  #attempt = 0;
  #takeBacks = new Set<() => void>();

  constructor(options: CommandSenderOptions) {
    this.#options = options;
  }

  send(command: DurableCommand): void {
    this.#waiting.push(command);
    void this.#sendNext();
  }

  stop(): void {
    this.#isStopped = true;
    for (const takeBack of this.#takeBacks) takeBack();
  }

  async #sendNext(): Promise<void> {
    const [command] = this.#waiting;
    if (this.#isSending || this.#isResting || this.#isStopped || !command) return;
    this.#isSending = true;
    const answer = await this.#ask(command);
    this.#isSending = false;
    if (this.#isStopped) return;
    if (!answer.ok && (answer.failure === "unreachable" || answer.failure === "unauthorized")) {
      return this.#rest();
    }
    this.#attempt = 0;
    this.#waiting.shift();
    this.#onAnswer(command, answer);
    void this.#sendNext();
  }

  #rest(): void {
    this.#isResting = true;
    this.#after(backoffMs(++this.#attempt, this.#options.ports.random), () => {
      this.#isResting = false;
      void this.#sendNext();
    });
  }

  #onAnswer(command: DurableCommand, answer: Answer<SentCommand>): void {
    const { onRecorded, onRefused } = this.#options;
    const commandId = command.id;
    if (answer.ok) {
      onRecorded(command);
      return this.#onOutcome(command, { sent: answer.value, askAfterMs: ASK_AFTER_MS });
    }
    if (answer.failure === "forbidden") return onRefused(command, toWireError("forbidden", { commandId }));
    const code = answer.failure === "too_many" ? "queue_full" : "invalid_command";
    onRefused(command, toWireError(code, { commandId }));
  }

  #onOutcome(command: DurableCommand, { sent, askAfterMs }: { sent: SentCommand; askAfterMs: number }): void {
    const { onRefused, onSettled } = this.#options;
    if (sent.refusal !== null) {
      return onRefused(command, toWireError(toCode(sent.refusal), { commandId: command.id }));
    }
    if (sent.settled) return onSettled(command);
    this.#after(askAfterMs, async () => {
      const answer = await this.#ask(command);
      const next = { askAfterMs: Math.min(ASK_AFTER_AT_MOST_MS, askAfterMs * 2) };
      if (!this.#isStopped) this.#onOutcome(command, { sent: answer.ok ? answer.value : sent, ...next });
    });
  }

  #ask(command: DurableCommand): Promise<Answer<SentCommand>> {
    const { supabase, sessionId, ports } = this.#options;
    return askRpc(supabase, {
      name: "send_command",
      parameters: { p_session_id: sessionId, p_command: command },
      clock: ports.clock,
      answer: sentCommandSchema,
    });
  }

  #after(afterMs: number, run: () => void): void {
    const takeBack = this.#options.ports.clock.schedule(afterMs, () => {
      this.#takeBacks.delete(takeBack);
      run();
    });
    this.#takeBacks.add(takeBack);
  }
}

function toCode(refusal: string): ErrorCode {
  return refusal in ERROR_CODES ? refusal as ErrorCode : "internal";
}
